"""Questions to the database, one file per subject; nothing here changes anything."""

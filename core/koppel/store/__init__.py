"""Where Koppel remembers: the database, its sessions and its tables."""

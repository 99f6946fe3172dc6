"""The shape of Koppel's database through time: the core's first, then each plugin's, each with its own version table."""

"""The system plugin."""

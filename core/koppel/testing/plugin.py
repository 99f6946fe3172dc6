"""Fixtures every plugin's tests get for free."""

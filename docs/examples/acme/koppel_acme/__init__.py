"""Acme's wishes."""

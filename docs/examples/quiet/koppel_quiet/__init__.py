"""Fewer questions."""

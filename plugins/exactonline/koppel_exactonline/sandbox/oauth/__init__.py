"""Logging in: the consent page a human sees and the token endpoint a program calls."""

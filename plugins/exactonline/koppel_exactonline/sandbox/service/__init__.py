"""The calls themselves: address, admission, reading, writing and the few functions."""

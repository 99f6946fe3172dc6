"""A believable Dutch webshop and the flows between the three systems, for the demo and for tests."""

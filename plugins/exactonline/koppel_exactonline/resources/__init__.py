"""How each business object looks in Exact Online, one file per thing."""

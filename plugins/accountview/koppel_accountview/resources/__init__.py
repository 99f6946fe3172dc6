"""How each business object looks in AccountView."""

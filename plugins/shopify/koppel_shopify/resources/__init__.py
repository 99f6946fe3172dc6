"""How each business object looks in Shopify, one file per object."""

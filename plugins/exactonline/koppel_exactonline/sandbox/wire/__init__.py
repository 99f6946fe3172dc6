"""How values and entities travel: types in, verbose JSON or Atom out."""

"""`python -m koppel` is the command `koppel`."""

from koppel.cli import main

main()

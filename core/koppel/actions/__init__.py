"""What a button or a command does; the back-office and the command line call the same functions."""

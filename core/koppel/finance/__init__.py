"""What a bookkeeper would sign: pure sums, no I/O."""

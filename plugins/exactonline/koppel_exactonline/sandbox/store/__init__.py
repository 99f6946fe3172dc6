"""What the simulator remembers: rows per division, who may log in, which tokens are out."""

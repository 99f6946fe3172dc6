"""What the core ships for trying and testing: the sandbox shell, fakes, fixtures and the conformance kit."""

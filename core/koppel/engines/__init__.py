"""Who runs which flow now; how a record travels is the runner's business and the same under every engine."""

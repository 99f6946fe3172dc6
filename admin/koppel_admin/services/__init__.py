"""What buttons of the back-office do where the core has no action for it; no Flask in here but its texts."""

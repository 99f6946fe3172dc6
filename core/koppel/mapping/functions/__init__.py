"""The named functions of a row's `transform`, one file per subject."""

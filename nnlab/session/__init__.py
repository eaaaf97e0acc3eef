"""The live state of one window."""

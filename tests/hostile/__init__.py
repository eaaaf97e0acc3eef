"""Files that are damaged or meant to harm, targets that can't be written to, and what never runs."""

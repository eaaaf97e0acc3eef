"""What an experiment is: its spec, its file, and the run built from it."""

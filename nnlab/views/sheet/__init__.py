"""The lab sheet beside the work: its steps, questions and report, and grading."""

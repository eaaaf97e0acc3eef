"""Lab sheets: exercises that check themselves, what students hand in, and grading. No Qt."""

"""Where every number comes from: the maths of one moment as symbols and numbers. No Qt."""

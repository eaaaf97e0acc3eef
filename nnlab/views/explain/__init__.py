"""The step-through: one update walked through, number by number, beside the drawn network."""

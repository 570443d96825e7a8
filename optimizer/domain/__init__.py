"""What the planner knows: the words of the problem as immutable records."""

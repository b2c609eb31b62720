"""Whether it arrived: one row for each attempt, and what staff see of it."""

"""What must be said, to whom: one row for each kind, entity and version."""

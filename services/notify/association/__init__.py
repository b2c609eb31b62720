"""The copy of the association's profile: who signs the messages."""

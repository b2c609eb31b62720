"""Notify: what is said, to whom, and whether it arrived."""

"""Stripe's objects: what they carry and what may happen to them."""

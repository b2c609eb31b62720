"""Billing: what is owed and paid."""

"""A simulated Stripe: its own process, spoken to over HTTP only, never imported by a service."""

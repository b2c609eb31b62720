"""How a request of Stripe's API is read, judged and answered, whatever it asks for."""

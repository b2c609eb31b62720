"""What the three services share. Domain-free, except for money and the contracts they exchange."""

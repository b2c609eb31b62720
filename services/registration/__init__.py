"""Registration: who comes. Owns the association, its staff, companies, activities, registrations and check-ins."""

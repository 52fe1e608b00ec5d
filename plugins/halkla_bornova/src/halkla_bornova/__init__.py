"""What is Bornova's own: brand, departments, categories, neighbourhoods, bodies and ready answers."""

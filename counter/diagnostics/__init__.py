"""Whether a counter counts, and how well: doctor, accuracy, pictures for a developer."""

"""The pages about the API, for who writes programs."""

"""Pictures in which nothing moves, which need no search for people."""

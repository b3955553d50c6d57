"""The counter as a program: its threads, its start and its end."""

"""Help: a screen for each page in plain words, and sheets for the wall."""

"""The pages: what they read, how they say it, and their templates and scripts."""

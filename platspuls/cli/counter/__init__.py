"""Commands about a counter."""

"""The page to count by hand, beside a counter or alone."""

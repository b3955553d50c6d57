"""The outbox of the browser, its page, and what makes the pages work without contact."""

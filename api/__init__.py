"""The read side: aggregates over HTTP, the live page, exports."""

"""The day's work: what is on today, the close of the day, the plan, and what was entered."""

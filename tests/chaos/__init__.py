"""The fault campaign: real processes under load, faults by a seeded plan, and an audit of what became of every record.

`make chaos`, or `python -m tests.chaos --minutes 30 --seed 7`. docs/measured/delivery.md says what it proves.
"""

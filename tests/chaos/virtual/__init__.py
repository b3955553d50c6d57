"""The fault campaign in virtual time: thousands of faults to the device, with people whose number is known.

The counter's own threads' work, its files and its messages are the real ones, and so are ingest's writer and its
PostgreSQL; the clock, the people and the line between them are made here. So hours pass in seconds, and every minute
can be compared with the truth: right, or missing, or flagged. Programs, broker and network are broken by `tests.chaos`.
"""

"""Live state: the newest tick and status of each device, and receipts that ask a device to send again."""

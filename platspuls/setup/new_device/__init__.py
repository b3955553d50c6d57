"""A device file for a device that is new: what is asked, and what is written."""

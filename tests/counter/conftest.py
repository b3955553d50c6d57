"""Settings of the counter's property tests."""

from hypothesis import settings

# How long one example takes says more about the machine than about the code.
settings.register_profile("unhurried", deadline=None, max_examples=40, derandomize=True)
settings.load_profile("unhurried")

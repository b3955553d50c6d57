"""The command line of Platspuls, and the supervisor of the embedded mode."""

__version__ = "0.1.0"

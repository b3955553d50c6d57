"""Makes all secrets of an installation, once, in one folder."""

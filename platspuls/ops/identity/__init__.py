"""Authentication at the broker: accounts of devices and of ingest, their rights, and the certificates of TLS."""

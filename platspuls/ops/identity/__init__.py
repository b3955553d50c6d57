"""Who may speak with the broker: accounts of devices and of ingest, and the certificates of TLS."""

"""Backups of an installation: the store, the site files, the identities and the secrets."""

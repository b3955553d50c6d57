"""Operating an installation: secrets and certificates, backups, units of systemd."""

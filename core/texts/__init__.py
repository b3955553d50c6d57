"""Catalogs of texts (gettext), one per program and language: locale/LANGUAGE/LC_MESSAGES/DOMAIN.po."""

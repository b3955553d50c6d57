"""The live page: what is so now at a site, and today so far."""

"""The site file: a place, its parts and its devices, written by people and applied to the store."""

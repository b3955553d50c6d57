"""Quarantine of poison messages: one record that makes the program fail doesn't end it again and again."""

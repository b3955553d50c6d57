"""Sensors as parts on a board: what is known from their data sheets, and the buses that they hang on."""

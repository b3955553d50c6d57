"""Commands that start a program, write documents or export."""

"""What keeps one record from ending the program again and again."""

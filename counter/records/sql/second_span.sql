select min(first), max(last) from second

select first, last, tally from second where last < ? order by first

update second set last = ? where last = ? - 1 and tally = ? and ? - first < ?

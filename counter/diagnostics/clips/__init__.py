"""A clip as somebody's first trial: counted without keeping anything, summed up, judged by what people saw in it."""

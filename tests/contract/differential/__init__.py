"""One table of command lines, typed into our docker and into the real one: the same bytes on both streams."""

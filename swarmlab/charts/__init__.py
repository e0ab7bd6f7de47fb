"""Pictures to keep: rows in, Axes out, each with its table and its sentence.  matplotlib loads when one is drawn."""

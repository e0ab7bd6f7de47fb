"""Time as a learner handles it: the journal of inputs, rewinding, and the trace of what happened."""

"""The concept check: short questions, answered before and after the course, each with an experiment."""

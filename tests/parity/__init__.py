"""What real engines answered, replayed on the simulation: see steps.py, play.py, normalise.py, compare.py."""

"""A small faithful Swarm: pure, deterministic, in virtual time.  Start with README.md beside this file."""

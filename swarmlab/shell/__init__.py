"""The shells of hosts and containers: a sandboxed bash with the tools of a real machine over the simulated network.

Nothing typed here can touch the learner's own machine: files live in memory, names and addresses are the lab's, time
is the lab's.  `machine` is a host's shell, `programs` runs commands inside containers for the Engine API.
"""

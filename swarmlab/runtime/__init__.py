"""Where a simulated swarm meets the machine: bytes of connections, sockets, the wall clock.

``reader`` and ``connection`` do no input or output of their own, so the same HTTP serves a notebook (a function
call) and a server.  ``server`` has the sockets, ``driver`` the clock, ``serve`` puts them together.
"""

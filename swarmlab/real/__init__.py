"""The second backend: real Docker engines instead of the simulation, behind the same names.

`lab` is what a notebook holds, `rows` and `poller` write the history that a simulation writes by itself, `machine` and
`reach` are hosts on which commands are typed.  `namespaces` and `dind` start a three-host swarm on this machine,
`commands` is ``swarmlab real``.
"""

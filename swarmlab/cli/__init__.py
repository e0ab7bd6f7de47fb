"""The `docker` command line of a lab: docker/cli 28.2.2, spoken over the docker SDK.

It exists because notebooks, Binder and Windows have no docker binary.  Flags, tables, progress, errors and
exit codes are the real program's, byte for byte; the swarm behind the SDK may be simulated or real.

Read in this order: `app.run` (one command line), `command` (cobra's part), `flags` (pflag's part), then
`commands/` (one module per noun), `formatter/` (what is printed).  The templates of ``--format``
are those of `swarmlab.gotemplate`.
"""

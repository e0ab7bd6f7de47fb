"""Waiting for a service and showing it.

`converge` polls and decides, `updaters` say what the tasks of one service mode have reached, `display` prints.
docker/cli: cli/command/service/progress; moby: pkg/jsonmessage.
"""

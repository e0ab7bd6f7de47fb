"""Compose files, as ``docker stack`` reads them: version 3, turned into what the Engine API wants by the client.

Read in this order: `loader` (files to one configuration: `yamltext`, `interpolate`, `schema`, then `types`), then
`convert` (the configuration to services, networks, secrets and configs).  docker/cli: cli/compose.

The schemas in ``schemas/`` are those of docker/cli, under the Apache License 2.0 (``schemas/LICENSE.txt``).
"""

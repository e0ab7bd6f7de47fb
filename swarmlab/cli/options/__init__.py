"""Flag values with a grammar of their own: ports, mounts, networks, secrets.  docker/cli: opts, opts/swarmopts."""

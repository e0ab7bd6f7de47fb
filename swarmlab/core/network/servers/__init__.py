"""Servers that read a configuration, ask other servers, or keep something: nginx, haproxy, php, redis, mysql."""

"""The Docker Engine API of one host, without sockets: `Request` in, `Response` out (moby ``daemon/server``)."""

"""JSON of the Engine API to objects of the core and back, one module a noun (moby ``daemon/cluster/convert``)."""

"""With spaces."""


def attempt(lab):
    ports = ("2377/tcp", "7946/tcp", "7946/udp", "4789/udp")
    return {"table": dict(zip(ports, [" A", "B ", "B", "C"], strict=True))}

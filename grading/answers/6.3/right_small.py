"""Small letters."""


def attempt(lab):
    ports = ("2377/tcp", "7946/tcp", "7946/udp", "4789/udp")
    letter = lab.dealt("6.3").facts
    return {
        "table": dict(
            zip(
                ports,
                [letter["join"].lower(), letter["news"].lower(), letter["news"].lower(), letter["data"].lower()],
                strict=True,
            )
        )
    }

"""At once."""


def attempt(lab):
    lab.advance("30s")
    return {}

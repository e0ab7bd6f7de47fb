"""As one word."""


def attempt(lab):
    return {"story": "BEAC"}

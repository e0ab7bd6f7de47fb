"""As a list."""


def attempt(lab):
    return {"story": ["B", "E", "A", "C"]}

"""With commas, in small letters."""


def attempt(lab):
    return {"story": "b, e, a, c"}

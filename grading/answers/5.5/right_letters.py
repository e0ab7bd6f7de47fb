"""Capital letters."""


def attempt(lab):
    return {"causes": {"refused": "B", "no route": "C", "timeout": "A"}}

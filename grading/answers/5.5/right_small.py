"""Small letters, in another order."""


def attempt(lab):
    return {"causes": {"timeout": "a", "no route": "c", "refused": "b"}}

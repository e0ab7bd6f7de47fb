"""Straight."""


def attempt(lab):
    return {"managers": {"one": 3, "two": 5, "three": 7}, "zones": [2, 2, 1]}

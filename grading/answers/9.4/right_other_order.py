"""Another zone has one."""


def attempt(lab):
    return {"managers": {"three": 7, "two": 5, "one": 3}, "zones": [1, 2, 2]}

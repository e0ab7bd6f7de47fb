"""With spaces."""


def attempt(lab):
    return {"causes": {"refused": " B ", "no route": " c", "timeout": "A"}}

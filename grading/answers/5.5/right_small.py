"""Small letters, in another order."""


def attempt(lab):
    letter = lab.dealt("5.5").facts
    return {
        "causes": {
            "timeout": letter["timeout"].lower(),
            "no route": letter["no route"].lower(),
            "refused": letter["refused"].lower(),
        }
    }

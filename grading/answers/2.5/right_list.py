"""As a list."""


def attempt(lab):
    letter = lab.dealt("2.5").facts
    return {"story": [letter[event] for event in ("no image", "changed", "error", "runs")]}

"""As one word."""


def attempt(lab):
    letter = lab.dealt("2.5").facts
    return {"story": "".join(letter[event] for event in ("no image", "changed", "error", "runs"))}

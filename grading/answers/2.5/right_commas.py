"""With commas, in small letters."""


def attempt(lab):
    letter = lab.dealt("2.5").facts
    return {"story": ", ".join(letter[event] for event in ("no image", "changed", "error", "runs")).lower()}

"""Worked out."""


def attempt(lab):
    words = ("one", "two", "three")
    return {"managers": {word: 2 * n + 1 for n, word in enumerate(words, 1)}, "zones": [2, 1, 2]}

"""What somebody probably meant whose command failed: the same line with its first word that nothing knows put right.

The judge of a word is completion: what may follow at that place is known, and a misspelt word is close to one of these.
"""

import shlex
from collections.abc import Callable
from difflib import get_close_matches

#: From where to complete a line: returns the words that may follow and the fragment they begin with.
Complete = Callable[[str], tuple[list[str], str]]

#: What a shell does something with: such a line is no single command, and is left alone.
_SHELL = set("|&;<>()$`\n\\\"'*?{}")
#: How alike two words are at least, of 1: two letters changed places in a word of three ("wbe"), or more.
_ALIKE = 0.6


def near_miss(line: str, complete: Complete) -> str:
    """Return `line` as it was probably meant; "" if no word of it is close to one that fits at its place."""
    if _SHELL & set(line):
        return ""
    words = shlex.split(line)
    for place, word in enumerate(words):
        name, equals, value = word.partition("=")
        before = " ".join(words[:place]) + " " * bool(place)
        fits, _ = complete(before + ("--" if word.startswith("--") else ""))
        known = [it.removesuffix("=") for it in fits]
        if name in known or not known:
            continue
        alike = get_close_matches(name, known, 1, _ALIKE)
        if alike:
            return " ".join([*words[:place], alike[0] + equals + value, *words[place + 1 :]])
    return ""

"""Numbers of things, in words."""


def count(number: int, thing: str) -> str:
    """Return "1 task", "2 tasks"."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"

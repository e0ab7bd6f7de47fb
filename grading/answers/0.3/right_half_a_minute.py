"""In other units: half a minute, written as nanoseconds."""


def attempt(lab):
    lab.advance(30 * 10**9)
    return {}

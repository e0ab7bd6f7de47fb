"""As a text, the endings the other way round."""


def attempt(lab):
    return {"order": "new, pending, assigned, accepted, preparing, ready, starting, running, failed, complete"}

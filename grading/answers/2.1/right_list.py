"""As a list."""


def attempt(lab):
    states = ["new", "pending", "assigned", "accepted", "preparing", "ready", "starting", "running"]
    return {"order": [*states, "complete", "failed"]}

"""With arrows and capitals."""


def attempt(lab):
    return {"order": "NEW → PENDING → ASSIGNED → ACCEPTED → PREPARING → READY → STARTING → RUNNING → COMPLETE → FAILED"}

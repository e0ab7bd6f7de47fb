"""Exercise 2.1: put the states of a task into an order in which they can follow each other."""

from swarmlab.checks import Exercise, Hint, answer, eventually, now

STATES = ("new", "pending", "assigned", "accepted", "preparing", "ready", "starting", "running")
ENDINGS = ("complete", "failed")
ORDER = answer("order")


def is_legal(given: list[str]) -> bool:
    """Whether these are all states in order, with the two endings, in any order, last."""
    return tuple(given[:8]) == STATES and sorted(given[8:]) == sorted(ENDINGS)


def before(given: list[str], first: str, second: str) -> bool:
    """Whether both are there, `first` before `second`."""
    return first in given and second in given and given.index(first) < given.index(second)


ORDER_OF_STATES = Exercise(
    id="2.1",
    title="In what order?",
    task=(
        "Put these ten states in order: running, complete, assigned, ready, new, preparing, failed, accepted, "
        "starting, pending. Two of them are endings: a task gets only one of the two. Put both last, in any order. "
        "Hand in a list, or one text with commas."
    ),
    asks={"order": "the ten states"},
    goals=(
        eventually(ORDER.is_list("a legal order of the ten states", lambda s, given: is_legal(given))).named("order"),
    ),
    tags=("pending means pulling the image", "ready comes before preparing", "complete comes after failed"),
    hints=(
        Hint(
            "no-answer",
            goal="order",
            when=now(ORDER.is_not_given()),
            nudge="You have not handed in a list yet.",
            concept="A task moves from state to state, and never back. Four components move it, one after the other.",
            command='order = "new, ???, ???, …"',
            example='order = "bought, washed, cooked, eaten"',
        ),
        Hint(
            "not-all",
            goal="order",
            when=now(
                ORDER.is_list("another set of words", lambda s, given: sorted(given) != sorted((*STATES, *ENDINGS)))
            ),
            nudge="Count your words. Each of the ten states has to be there once, spelled as in the exercise.",
            concept="Not every state can be seen each time, because some last only a moment. But each has its place.",
            command='order = "new, ???, ???, …"   (ten words)',
            example='order = "bought, washed, cooked, eaten"',
        ),
        Hint(
            "ending-too-early",
            goal="order",
            when=now(ORDER.is_list("an ending in the middle", lambda s, given: not set(given[8:]) <= set(ENDINGS))),
            nudge="Which two states can a task never leave?",
            concept="An ended task stays as it is. `complete` and `failed` exclude each other, so both come last.",
            command='order = "…, running, ???, ???"',
            example='order = "bought, washed, cooked, eaten"',
            misconception="complete comes after failed",
        ),
        Hint(
            "pending-late",
            goal="order",
            when=now(ORDER.is_list("pending late", lambda s, given: before(given, "assigned", "pending"))),
            nudge="Does a pending task have a node already?",
            concept=(
                "PENDING means: the task has what it needs of the network, and waits for a node. The image is not "
                "looked at before a node was found. That happens in PREPARING."
            ),
            command='order = "new, pending, ???, …"',
            example="docker service ps cache   (the column NODE of a pending task is empty)",
            misconception="pending means pulling the image",
        ),
        Hint(
            "ready-early",
            goal="order",
            when=now(ORDER.is_list("ready early", lambda s, given: before(given, "ready", "preparing"))),
            nudge="What has to be done before a container can be ready to start?",
            concept=(
                "PREPARING: the node gets the image and makes the container. READY: the container is there and not "
                "yet started. STARTING: it is being started. Some pages of Docker's documentation have it wrong."
            ),
            command='order = "…, preparing, ???, starting, …"',
            example='order = "bought, washed, cooked, eaten"',
            misconception="ready comes before preparing",
        ),
        Hint(
            "order",
            goal="order",
            nudge="First the manager, then the node. Which states can a task have before it has a node?",
            concept=(
                "Orchestrator: NEW. Allocator: PENDING. Scheduler: ASSIGNED. Everything after that is done by the node."
            ),
            command='order = "new, pending, assigned, ???, …"',
            example='order = "bought, washed, cooked, eaten"',
        ),
    ),
)

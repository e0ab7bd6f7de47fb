"""Incidents: something is wrong with a swarm, and a colleague says what they have noticed.

Each is an exercise like any other; its task is the colleague's ticket.  What is wrong is not in its name.
"""

from swarmlab.checks import Exercise
from swarmlab.errors import NotFound
from swarmlab.exercises.incidents.closed_port import CLOSED_PORT
from swarmlab.exercises.incidents.constraint import CONSTRAINT
from swarmlab.exercises.incidents.drained import DRAINED
from swarmlab.exercises.incidents.full_disk import FULL_DISK
from swarmlab.exercises.incidents.health_check import HEALTH_CHECK
from swarmlab.exercises.incidents.hung import HUNG
from swarmlab.exercises.incidents.no_network import NO_NETWORK
from swarmlab.exercises.incidents.no_quorum import NO_QUORUM
from swarmlab.exercises.incidents.port_taken import PORT_TAKEN
from swarmlab.exercises.incidents.reservation import RESERVATION
from swarmlab.exercises.incidents.slow_update import SLOW_UPDATE
from swarmlab.exercises.incidents.unheard import UNHEARD
from swarmlab.exercises.incidents.wrong_tag import WRONG_TAG

#: All incidents; their numbers count from 1 and stay.
ALL: tuple[Exercise, ...] = (
    DRAINED,
    CLOSED_PORT,
    WRONG_TAG,
    CONSTRAINT,
    RESERVATION,
    SLOW_UPDATE,
    HEALTH_CHECK,
    NO_NETWORK,
    PORT_TAKEN,
    NO_QUORUM,
    FULL_DISK,
    HUNG,
    UNHEARD,
)


def name(incident: Exercise) -> str:
    """Return the name of an incident: its title in small letters, with hyphens."""
    return incident.title.lower().replace(",", "").replace(" ", "-")


def find(which: int | str) -> Exercise:
    """Return an incident by its number, or its name such as "every-third-page".  Raises NotFound."""
    for number, incident in enumerate(ALL, start=1):
        if which in (number, name(incident)):
            return incident
    known = ", ".join(f"{number} {name(incident)}" for number, incident in enumerate(ALL, start=1))
    raise NotFound(f"There is no incident {which}. There are: {known}.")

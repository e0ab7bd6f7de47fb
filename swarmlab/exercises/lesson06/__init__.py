"""Lesson 06: under the mesh."""

from swarmlab.exercises.lesson import Lesson
from swarmlab.exercises.lesson06.closed_port import CLOSED_PORT
from swarmlab.exercises.lesson06.front_door import FRONT_DOOR
from swarmlab.exercises.lesson06.own_balancer import OWN_BALANCER
from swarmlab.exercises.lesson06.symptoms import SYMPTOMS
from swarmlab.exercises.lesson06.two_interfaces import TWO_INTERFACES

LESSON = Lesson(
    "06",
    covers=("Ports between hosts", "The ingress network"),
    concepts=(
        "ingress and docker_gwbridge",
        "the ports between nodes",
        "reading symptoms",
        "vip and dnsrr",
        "a balancer in front",
    ),
    exercises=(CLOSED_PORT, TWO_INTERFACES, SYMPTOMS, OWN_BALANCER, FRONT_DOOR),
)

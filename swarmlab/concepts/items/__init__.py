"""The items of the concept check, in the order of the lessons."""

from swarmlab.concepts.item import Item
from swarmlab.concepts.items.basics import BASICS
from swarmlab.concepts.items.networks import NETWORKS
from swarmlab.concepts.items.nodes import NODES
from swarmlab.concepts.items.running import RUNNING

ITEMS: tuple[Item, ...] = (*BASICS, *NODES, *NETWORKS, *RUNNING)

"""``/configs``."""

from swarmlab.api.convert.files import CONFIG_SPEC
from swarmlab.api.files import Kind

CONFIG = Kind("config", CONFIG_SPEC)

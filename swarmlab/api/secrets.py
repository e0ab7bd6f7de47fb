"""``/secrets``."""

from swarmlab.api.convert.files import SECRET_SPEC
from swarmlab.api.files import Kind

SECRET = Kind("secret", SECRET_SPEC)

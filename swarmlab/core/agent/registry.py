"""The registry from which all engines of a lab pull: the table of images, and how well it answers.

moby: ``distribution/errors.go`` (what an engine makes of a registry's refusal).
"""

import re
from dataclasses import dataclass

from swarmlab.core.agent import images
from swarmlab.errors import NotFound, SwarmlabError, Unknown

#: A registry on the host that asks, for which engines do without encryption.
_OWN = re.compile(r"(127(?:\.\d{1,3}){3}:\d+)/")


@dataclass
class Registry:
    """One for all hosts, as Docker Hub is.  Faults make it slow, or let it fail."""

    slowness: int = 1  # how many times as long as usual a pull takes
    fails: bool = False

    def check(self, reference: str) -> None:
        """Raise Unknown, in the words of an engine, if the registry of an image does not answer.

        On the hosts themselves there is none; all other names stand for the one there is.
        """
        address = _OWN.match(reference)
        if address is not None:
            raise Unknown(f'Get "http://{address[1]}/v2/": dial tcp {address[1]}: connect: connection refused')
        if self.fails:
            raise Unknown("received unexpected HTTP status: 503 Service Unavailable")

    def refusal(self, reference: str) -> SwarmlabError | None:
        """Return why an image cannot be had, None if it can."""
        try:
            self.check(reference)
        except Unknown as error:
            return error
        if images.find(reference) is not None:
            return None
        name = images.normalise(reference)
        repository = name.rpartition(":")[0]
        if any(known.repository == repository for known in images.IMAGES):
            return NotFound(f"manifest for {name} not found: manifest unknown: manifest unknown")
        return NotFound(
            f"pull access denied for {repository}, repository does not exist or may require 'docker login':"
            " denied: requested access to the resource is denied"
        )

"""Pulling an image and showing how.  docker/cli: cli/command/image/pull.go; moby: pkg/jsonmessage."""

from typing import TextIO

from swarmlab.cli.command import Call
from swarmlab.cli.environment import Environment
from swarmlab.cli.errors import CommandError
from swarmlab.cli.progress.display import Quiet, display
from swarmlab.cli.reference import parse_reference


def pull(call: Call, image: str, *, out: TextIO, quiet: bool, all_tags: bool = False, platform: str = "") -> None:
    """Pull `image` ("httpd", "httpd:2.4", a digest) and print the progress to `out`; raises CommandError."""
    reference = parse_reference(image)
    tag = reference.digest or reference.tag or ("" if all_tags else "latest")
    env = call.env
    shown = (
        Quiet()
        if quiet
        else display(Environment(env.api, env.clock, out, env.stderr, columns=env.columns, progress=env.progress))
    )
    try:
        messages = call.engine.messages(
            "/images/create", method="post", fromImage=reference.name, tag=tag or None, platform=platform or None
        )
        for message in messages:
            if message.get("errorDetail"):
                raise CommandError(message["errorDetail"].get("message", ""))
            if "aux" in message:
                continue
            detail = message.get("progressDetail")
            if detail is None:
                shown.message(message.get("id", ""), message.get("status", ""))
            else:
                shown.progress(
                    message.get("id", ""), message.get("status", ""), detail.get("current", 0), detail.get("total", 0),
                    counts=not detail.get("hidecounts"),
                )  # fmt: skip
    finally:
        shown.close()

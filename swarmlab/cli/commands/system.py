"""``docker version``, ``info`` and ``events``.  docker/cli: cli/command/system."""

from typing import Any

from swarmlab.cli import version as client
from swarmlab.cli.command import Call, Command, no_args
from swarmlab.cli.commands.common import INSPECT_FORMAT, LIST_FILTER
from swarmlab.cli.errors import CommandError, EngineError, NoEngine
from swarmlab.cli.flags import flag
from swarmlab.cli.formatter.functions import parse
from swarmlab.cli.formatter.gotypes import decode
from swarmlab.cli.formatter.info import client_info, pretty_info
from swarmlab.cli.formatter.times import rfc3339
from swarmlab.cli.formatter.version import ansi_time, pretty_version
from swarmlab.cli.gojson import dumps
from swarmlab.gotemplate import Template, TemplateError
from swarmlab.gotemplate.values import Map, NilPointer, Struct
from swarmlab.gotimes import timestamp


def _parse(form: str, prefix: str) -> Template:
    try:
        return parse("{{json .}}" if form == "json" else form)
    except TemplateError as error:
        raise CommandError(f"{prefix}: {error}", 64) from None


def _client_version(call: Call) -> dict[str, Any]:
    return {
        "Version": client.VERSION, "ApiVersion": call.engine.version, "DefaultAPIVersion": client.API_VERSION,
        "GitCommit": client.GIT_COMMIT, "GoVersion": client.GO_VERSION, "Os": client.OS_ARCH[0],
        "Arch": client.OS_ARCH[1], "BuildTime": client.BUILD_TIME, "Context": "default",
    }  # fmt: skip


def _version(call: Call) -> None:
    try:
        template = _parse(call["format"], "template parsing error") if call["format"] else None
    except CommandError as error:
        raise CommandError(_named(error), 64) from None
    own = _client_version(call)
    server: dict[str, Any] | None = None
    problem: CommandError | None = None
    try:
        server = call.engine.get("/version")
    except (EngineError, NoEngine) as error:
        problem = error
    if server is not None:
        for component in server.get("Components") or []:
            if component["Name"] == "Engine" and "BuildTime" in (component.get("Details") or {}):
                component["Details"]["BuildTime"] = ansi_time(component["Details"]["BuildTime"])
    if template is None:
        call.env.stdout.write(pretty_version(own, server))
    else:
        value = Struct(
            "system.versionInfo", {"Client": _Ordered("system.clientVersion", own), "Server": _server_version(server)}
        )
        try:
            text = _versions_json(own, server) if call["format"] == "json" else template.render(value)
        except TemplateError as error:
            call.out(error.partial)
            raise CommandError(_named(error)) from None
        call.out(text)
    if problem is not None:
        raise problem


def _named(error: Exception) -> str:
    """Return the text of a template error; docker calls this template "version"."""
    text = str(error).replace("template: :", "template: version:", 1)
    return text.replace('executing ""', 'executing "version"')


class _Ordered(Struct):
    """A struct whose Go names differ from its JSON names in two places."""

    def __init__(self, go_type: str, values: dict[str, Any]) -> None:
        super().__init__(go_type, {"APIVersion" if k == "ApiVersion" else k: v for k, v in values.items()})
        self._json = values

    def go_json(self) -> Map:
        """Return the JSON form, in order."""
        out = Map("", self._json)
        out.ordered = True  # type: ignore[attr-defined]
        return out


def _versions_json(own: dict[str, Any], server: dict[str, Any] | None) -> str:
    parts = [f'"Client":{dumps(_Ordered("", own), escape_html=False)}']
    parts.append(f'"Server":{dumps(_server_version(server), escape_html=False)}')
    return "{" + ",".join(parts) + "}"


def _server_version(server: dict[str, Any] | None) -> Struct | NilPointer:
    if server is None:
        return NilPointer("*types.Version")
    order = ("Platform", "Components", "Version", "ApiVersion", "MinAPIVersion", "GitCommit", "GoVersion", "Os", "Arch",
             "KernelVersion", "Experimental", "BuildTime")  # fmt: skip
    ordered = {key: server[key] for key in order if key in server}
    ordered["Components"] = [_Ordered("types.ComponentVersion", component) for component in server["Components"]]
    return _Ordered("types.Version", ordered)


def _info(call: Call) -> None:
    form = call["format"]
    if form:
        template = _parse(form, "template parsing error")
        info = call.engine.get("/info")
        value = decode("system.dockerInfo", {**info, "ClientInfo": client_info()})
        try:
            text = template.render(value)
        except TemplateError as error:
            call.out(error.partial)
            raise CommandError(str(error)) from None
        call.out(text)
        return
    try:
        info = call.engine.get("/info")
    except NoEngine as error:
        call.env.stdout.write(pretty_info(None))
        raise error
    except EngineError as error:
        call.env.stdout.write(pretty_info(None))
        call.err(f"ERROR: {error.text}")
        raise CommandError("errors pretty printing info") from None
    call.env.stdout.write(pretty_info(info))
    for warning in info.get("Warnings") or []:
        call.err(warning)


def _events(call: Call) -> None:
    form = call["format"]
    template = _parse(form, "Error parsing format") if form else None
    if template is not None:
        _event({}, template)  # a field that events do not have is refused at once
    now = call.env.clock.now()
    times: dict[str, Any] = {}
    for name in ("since", "until"):
        try:
            times[name] = timestamp(call[name], now) if call[name] else None
        except ValueError as error:
            raise CommandError(str(error)) from None
    try:
        for event in call.engine.messages("/events", filters=call["filter"], **times):
            call.env.stdout.write(_event(event, template))
            call.env.stdout.flush()
    except KeyboardInterrupt:
        return


def _event(event: dict[str, Any], template: Template | None) -> str:
    if template is not None:
        try:
            return template.render(decode("*events.Message", event)) + "\n"
        except TemplateError as error:
            raise CommandError(f"Error parsing format: {error}", 64) from None
    ns = event.get("timeNano") or event.get("time", 0) * 10**9
    actor = event.get("Actor") or {}
    attributes = actor.get("Attributes") or {}
    shown = " (" + ", ".join(f"{key}={attributes[key]}" for key in sorted(attributes)) + ")" if attributes else ""
    start = f"{rfc3339(ns)} " if ns else ""
    return f"{start}{event.get('Type', '')} {event.get('Action', '')} {actor.get('ID', '')}{shown}\n"


def version() -> Command:
    """Return ``docker version``."""
    return Command(
        "version [OPTIONS]", "Show the Docker version information", _version, no_args, (INSPECT_FORMAT,), top=10
    )


def info() -> Command:
    """Return ``docker info``."""
    return Command("info [OPTIONS]", "Display system-wide information", _info, no_args, (INSPECT_FORMAT,), top=12,
                   shown_aliases="docker system info, docker info")  # fmt: skip


def events() -> Command:
    """Return ``docker events``."""
    return Command("events [OPTIONS]", "Get real time events from the server", _events, no_args, (
        flag("since", "Show all events created since timestamp"),
        flag("until", "Stream events until this timestamp"),
        LIST_FILTER,
        INSPECT_FORMAT._replace(short=""),
    ), shown_aliases="docker system events, docker events")  # fmt: skip


def command() -> Command:
    """Return the group with its commands."""
    return Command("system", "Manage Docker", None, no_args).add(events(), info())

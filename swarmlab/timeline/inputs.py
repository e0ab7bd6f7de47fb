"""The inputs of a session that are not requests: what each op means, and the row it leaves in the trace.

==========  ===============================================================================================
op          fields
==========  ===============================================================================================
fault       name (a function of `core.faults`), args (its arguments after the simulation)
wrote       host container_id stream data: a program in a container has printed something
ended       host container_id exit_code: the main program of a container has ended
exec_ended  host exec_id exit_code: a program started by ``docker exec`` has ended
note        kind data: a remark that changes nothing
command     host line exit_code: somebody typed this
advance     nothing: it got this late
others      connections and files, see `core.network.dataplane.DataPlane.apply`
==========  ===============================================================================================
"""

from collections.abc import Callable
from typing import Any

from swarmlab.core import faults
from swarmlab.core.network import ops
from swarmlab.core.simulation import Simulation
from swarmlab.errors import InvalidArgument, NotFound
from swarmlab.timeline.journal import Op
from swarmlab.timeline.trace import Row

FAULTS: dict[str, Callable[..., None]] = {
    "stop": faults.stop,
    "start": faults.start,
    "cut": faults.cut,
    "mend": faults.mend,
    "partition": faults.partition,
    "block": faults.block,
    "unblock": faults.unblock,
    "kill": faults.kill,
    "hang": faults.hang,
    "fail_check": faults.fail_check,
    "recover": faults.recover,
    "stop_engine": faults.stop_engine,
    "start_engine": faults.start_engine,
    "out_of_memory": faults.out_of_memory,
    "resize": faults.resize,
    "fill_disk": faults.fill_disk,
    "free_disk": faults.free_disk,
    "slow_registry": faults.slow_registry,
    "fail_registry": faults.fail_registry,
    "mend_registry": faults.mend_registry,
}


def perform(simulation: Simulation, op: Op) -> Op:
    """Do `op` and return what came of it, as JSON.  Raises a SwarmlabError with one sentence."""
    kind = op["op"]
    if kind == "fault":
        _fault(simulation, str(op["name"]), op.get("args", []), op.get("options", {}))
        return {}
    if kind in ("note", "command"):
        return {}
    if kind in ("wrote", "ended"):
        engine = simulation.hosts[op["host"]].engine
        container = engine.containers.get(op["container_id"])
        if container is not None and container.is_running:
            if kind == "wrote":
                engine.write_log(container, int(op["stream"]), str(op["data"]).encode())
            else:
                engine.ended(container, int(op["exit_code"]))
        return {}
    if kind == "exec_ended":
        engine = simulation.hosts[op["host"]].engine
        process = engine.execs.get(op["exec_id"])
        if process is not None:
            engine.execs.end(process, int(op["exit_code"]))
        return {}
    return ops.apply(simulation.net, op)


def _fault(simulation: Simulation, name: str, args: list[Any], options: dict[str, Any]) -> None:
    function = FAULTS.get(name)
    if function is None:
        raise NotFound(f'there is no fault "{name}"; there are: {", ".join(FAULTS)}')
    try:
        function(simulation, *args, **options)
    except TypeError as error:
        raise InvalidArgument(f"the fault {name} does not take {args!r} {options or ''}".rstrip()) from error


def row_of(simulation: Simulation, number: int, op: Op, result: Op) -> Row | None:
    """Return the row that an op leaves in the trace, if any."""
    kind, at = op["op"], simulation.now
    if kind == "fault":
        target = ", ".join(str(arg) for arg in op.get("args", ()))
        return Row(at, "fault", f"fault-{number}", {"name": op["name"], "target": target}, "user")
    if kind == "command":
        state = {key: op[key] for key in ("host", "line", "exit_code")}
        return Row(at, "command", f"command-{number}", state, "user")
    failed_connect = kind == "connect" and result.get("result") != "ok" and op.get("protocol", "tcp") == "tcp"
    if failed_connect or kind in ("request", "http"):
        return Row(at, "request", f"request-{number}", _request(simulation, op, result), "user")
    return None


def _request(simulation: Simulation, op: Op, result: Op) -> Op:
    """Return the state of a request's row: who asked what, and who answered."""
    connection = (result if op["op"] == "connect" else result.get("connection") or op.get("connection")) or {}
    host, container_id = connection.get("server") or ("", None)
    server = simulation.hosts[host].engine.containers.get(container_id) if host and container_id else None
    client = op.get("host") or ""
    asking = simulation.hosts[client].engine.containers.get(op.get("container") or "") if client else None
    return {
        "client": f"{client}/{asking.name}" if asking else client,
        "url": f"{connection.get('address', op.get('address', ''))}:{connection.get('port', op.get('port', ''))}",
        "result": result.get("result", ""),
        "server": server.name if server else "",
        "host": host,
        "status": int(result.get("status", 0)),
    }

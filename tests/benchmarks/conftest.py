"""The figures of a benchmark run, one line each: pytest-benchmark's table does not show memory."""

from typing import Any


def pytest_terminal_summary(terminalreporter: Any, config: Any) -> None:
    session = getattr(config, "_benchmarksession", None)
    measured = [one for one in session.benchmarks if one.extra_info] if session else []
    if measured:
        terminalreporter.section("CPU seconds and peak of memory")
    for one in measured:
        figures = one.extra_info
        terminalreporter.write_line(f"{figures['seconds']:8.2f} s {figures['peak MiB']:6.0f} MiB  {one.name}")
    for group in dict.fromkeys(one.group for one in measured if one.group):
        first, *others = [one for one in measured if one.group == group]
        for other in others:
            ratio = other.extra_info["seconds"] / first.extra_info["seconds"]
            terminalreporter.write_line(f"{ratio:8.2f} times that of {first.name}: {other.name}")

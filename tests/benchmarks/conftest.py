"""The figures of a benchmark run, one line each: pytest-benchmark's table shows neither memory nor bytes."""

from typing import Any


def pytest_terminal_summary(terminalreporter: Any, config: Any) -> None:
    session = getattr(config, "_benchmarksession", None)
    measured = [one for one in session.benchmarks if one.extra_info] if session else []
    processes = [one for one in measured if "seconds" in one.extra_info]
    if processes:
        terminalreporter.section("CPU seconds and peak of memory")
    for one in processes:
        figures = one.extra_info
        terminalreporter.write_line(f"{figures['seconds']:8.2f} s {figures['peak MiB']:6.0f} MiB  {one.name}")
    for group in dict.fromkeys(one.group for one in processes if one.group):
        first, *others = [one for one in processes if one.group == group]
        for other in others:
            ratio = other.extra_info["seconds"] / first.extra_info["seconds"]
            terminalreporter.write_line(f"{ratio:8.2f} times that of {first.name}: {other.name}")
    messages = [one for one in measured if "bytes" in one.extra_info]
    if messages:
        terminalreporter.section("milliseconds and the biggest message to the page")
    for one in messages:
        mean, longest = one.stats.mean * 1000, one.stats.max * 1000
        figures = f"{mean:7.1f} ms, at most {longest:.1f} {one.extra_info['bytes']:9,d} bytes"
        terminalreporter.write_line(f"{figures}  {one.name}")

"""Engines of other Debian releases beside this machine's own: fetched, unpacked, and not installed.

    python tools/engines.py forky        fetch once, print the folder that holds it

The folder is no system to log in to.  It is the ``usr`` of docker.io, containerd, runc, iptables and the libraries
that these need, at that release's versions, for `swarmlab.real.namespaces.Namespaces(files=…)`, which puts
it in the place of ``/usr`` for its engines alone.  No maintainer script runs, nothing is configured.

Debian keeps only the newest version of a release, so ``versions`` in the folder says what it was.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

#: What an engine cannot do without; the last is what newer ones ask for instead of systemd.
_PACKAGES = ("docker.io", "iptables", "procps", "kmod", "coreutils", "dash", "base-files")
_NEWER = ("systemd-standalone-sysusers",)
#: What Debian's alternatives would have made of them.
_ALTERNATIVES = tuple(f"{family}tables{verb}" for family in ("ip", "ip6") for verb in ("", "-save", "-restore"))
_LEFT_OUT = ("./usr/share/doc/*", "./usr/share/man/*", "./usr/share/locale/*")


def cache() -> Path:
    """Return the folder that holds the engines."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "swarmlab-engines"


def fetch(suite: str) -> Path:
    """Return the folder of the engine of a Debian release, such as "bookworm"; fetch it if it is not there.

    Raises SystemExit with apt's words if it cannot be had.
    """
    root = cache() / suite
    if (root / "versions").exists():
        return root
    work = cache() / f"{suite}.new"
    shutil.rmtree(work, ignore_errors=True)
    for folder in ("apt/lists/partial", "apt/archives/partial", "apt/none.d", "root/usr/bin", "root/usr/sbin",
                   "root/usr/lib", "root/usr/lib64"):  # fmt: skip
        (work / folder).mkdir(parents=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        (work / "root" / name).symlink_to(f"usr/{name}")
    _download(work / "apt", suite)
    versions = [_unpack(package, work / "root") for package in sorted((work / "apt/archives").glob("*.deb"))]
    for name in _ALTERNATIVES:
        link = work / "root/usr/sbin" / name
        link.unlink(missing_ok=True)
        link.symlink_to("xtables-nft-multi")
    (work / "root/versions").write_text("".join(versions))
    shutil.rmtree(root, ignore_errors=True)
    (work / "root").replace(root)
    shutil.rmtree(work)
    return root


def _download(apt: Path, suite: str) -> None:
    """Let apt, with nothing of this machine's, fetch the packages and all they depend on into `apt`/archives."""
    (apt / "status").touch()
    key = "/usr/share/keyrings/debian-archive-keyring.gpg"
    (apt / "sources.list").write_text(f"deb [signed-by={key}] {_archive()} {suite} main\n")
    settings = {
        "Dir::State": apt, "Dir::State::Lists": apt / "lists", "Dir::State::status": apt / "status", "Dir::Cache": apt,
        "Dir::Cache::archives": apt / "archives", "Dir::Etc::sourcelist": apt / "sources.list",
        "Dir::Etc::sourceparts": apt / "none.d", "Dir::Etc::preferences": apt / "none",
        "Dir::Etc::preferencesparts": apt / "none.d", "Acquire::Languages": "none", "APT::Sandbox::User": "root",
        "APT::Install-Recommends": "false",
    }  # fmt: skip
    options = [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]
    packages = _PACKAGES if suite == "bookworm" else (*_PACKAGES, *_NEWER)
    for command in (["update"], ["install", "--yes", "--download-only", *packages]):
        done = subprocess.run(["apt-get", "-q", *options, *command], capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"the engine of {suite} cannot be fetched: {done.stderr.strip() or done.stdout.strip()}")


def _archive() -> str:
    """Return the address of the Debian archive that this machine uses."""
    command = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    found = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split()
    archives = [line.rstrip("/") for line in found if line.rstrip("/").endswith("/debian")]
    if not archives:
        raise SystemExit("apt on this machine knows no Debian archive; only there can other engines be fetched")
    return archives[0]


def _unpack(package: Path, root: Path) -> str:
    """Unpack a package and return its line for ``versions``.

    tar, as dpkg would put a folder where the link from ``lib`` to ``usr/lib`` is.
    """
    tar = ["tar", "--extract", "--directory", str(root), "--keep-directory-symlink"]
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", str(package)], stdout=subprocess.PIPE) as source:
        subprocess.run([*tar, *(f"--exclude={pattern}" for pattern in _LEFT_OUT)], stdin=source.stdout, check=True)
    show = ["dpkg-deb", "--show", "--showformat=${Package} ${Version}\n", str(package)]
    return subprocess.run(show, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    print(fetch(sys.argv[1]))

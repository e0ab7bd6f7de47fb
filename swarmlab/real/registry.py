"""A registry that can only be pulled from, for the network of a real lab: the images of `images`, and no other.

The engines use it as their mirror of Docker Hub, so that ``docker pull httpd`` is a real pull, a service's tag becomes
a digest, and each host fetches for itself, all without any other network.  It is started as a script, in the network
namespace of the lab: ``python registry.py ADDRESS FOLDER``.

The requests are those of the OCI distribution specification ("Pull").  In the folder, ``blobs/HEX`` are the blobs and
``manifests/library/REPOSITORY/REFERENCE`` the manifests, each by its tags and by its digest.
"""

import json
import re
import sys
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

PORT = 5000
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_NAME, _TAG, _DIGEST = r"([a-z0-9_-]+/[a-z0-9_-]+)", r"[\w][\w.-]{0,127}", r"sha256:[0-9a-f]{64}"
_MANIFEST_PATH = re.compile(rf"/v2/{_NAME}/manifests/({_TAG}|{_DIGEST})")
_BLOB_PATH = re.compile(rf"/v2/{_NAME}/blobs/sha256:([0-9a-f]{{64}})")


class Reply(NamedTuple):
    """What a request gets."""

    status: int
    kind: str  # Content-Type
    body: bytes
    digest: str = ""


def reply(folder: Path, path: str) -> Reply:
    """Return the reply to a GET or HEAD of `path`."""
    if path == "/v2/":
        return Reply(200, "application/json", b"{}")
    if found := _MANIFEST_PATH.fullmatch(path):
        file = folder / "manifests" / found[1] / found[2]
        return _file(file, MANIFEST, "MANIFEST_UNKNOWN", "manifest unknown", digest=file)
    if found := _BLOB_PATH.fullmatch(path):
        file = folder / "blobs" / found[2]
        return _file(file, "application/octet-stream", "BLOB_UNKNOWN", "blob unknown to registry")
    return _error("NAME_UNKNOWN", "repository name not known to registry")


def _file(file: Path, kind: str, code: str, message: str, digest: Path | None = None) -> Reply:
    if not file.is_file():
        return _error(code, message)
    if digest is None:
        return Reply(200, kind, file.read_bytes(), f"sha256:{file.name}")
    return Reply(200, kind, file.read_bytes(), file.resolve().name)


def _error(code: str, message: str) -> Reply:
    body = json.dumps({"errors": [{"code": code, "message": message}]})
    return Reply(404, "application/json", body.encode())


class _Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"

    def __init__(self, folder: Path, *args: object) -> None:
        self._folder = folder
        super().__init__(*args)  # type: ignore[arg-type]  # what http.server passes on

    def do_GET(self) -> None:
        answer = reply(self._folder, self.path.partition("?")[0])
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        if answer.digest:
            self.send_header("Docker-Content-Digest", answer.digest)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(answer.body)

    do_HEAD = do_GET  # noqa: N815 - the names are http.server's


if __name__ == "__main__":
    with ThreadingHTTPServer((sys.argv[1], PORT), partial(_Handler, Path(sys.argv[2]))) as server:
        server.serve_forever()

"""Rows of the trace, from what the store holds."""

import pytest

from swarmlab.timeline.observe import image_name

DIGEST = "sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("reference", "shown"),
    [
        (f"httpd:2.4@{DIGEST}", "httpd:2.4"),
        (f"docker.io/library/httpd:2.4@{DIGEST}", "httpd:2.4"),
        (f"httpd@{DIGEST}", f"httpd@{DIGEST}"),  # pinned, and to be seen as pinned
        ("httpd", "httpd"),
        (f"localhost:5000/web@{DIGEST}", f"localhost:5000/web@{DIGEST}"),
        (f"localhost:5000/web:1@{DIGEST}", "localhost:5000/web:1"),
    ],
)
def test_an_image_is_named_as_people_write_it(reference: str, shown: str) -> None:
    assert image_name(reference) == shown

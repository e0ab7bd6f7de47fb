"""Which docker this is: the version it answers with and the newest API it speaks."""

VERSION = "28.2.2"
GIT_COMMIT = "e6534b4"
GO_VERSION = "go1.24.3"
BUILD_TIME = "Fri May 30 12:07:14 2025"
OS_ARCH = ("linux", "amd64")
API_VERSION = "1.50"


def older(one: str, other: str) -> bool:
    """Is API version `one` older than `other`?"""
    return tuple(map(int, one.split("."))) < tuple(map(int, other.split(".")))

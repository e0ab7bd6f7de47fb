"""A container's places on its engine's own networks, as clients ask for them.

moby: ``api/types/network/endpoint.go``.
"""

from swarmlab.api.convert.basics import Json
from swarmlab.api.shapes import INT, LABELS, STRING, STRINGS, Struct
from swarmlab.core.network.endpoints import EndpointSettings
from swarmlab.errors import InvalidArgument

ENDPOINT = Struct(
    "network.EndpointSettings",
    {
        "IPAMConfig": Struct(
            "network.EndpointIPAMConfig", {"IPv4Address": STRING, "IPv6Address": STRING, "LinkLocalIPs": STRINGS}
        ),
        "Links": STRINGS,
        "Aliases": STRINGS,
        "MacAddress": STRING,
        "DriverOpts": LABELS,
        "GwPriority": INT,
        "NetworkID": STRING,
    },
)
_DEFAULT = ("default", "")
_TWO_MACS = (
    "the container-wide MAC address must match the endpoint-specific MAC address for the main network, or be left empty"
)


def settings_of(network: str, json: Json) -> EndpointSettings:
    """Return what is asked of a place on `network`."""
    addresses: Json = json.get("IPAMConfig", {})
    return EndpointSettings(
        "bridge" if network in _DEFAULT else network,
        addresses.get("IPv4Address", ""),
        addresses.get("IPv6Address", ""),
        tuple(addresses.get("LinkLocalIPs", ())),
        tuple(json.get("Links", ())),
        tuple(json.get("Aliases", ())),
        json.get("MacAddress", "").lower(),
        json.get("DriverOpts"),
        json.get("GwPriority", 0),
    )


def endpoints_of(json: Json, mode: str) -> tuple[EndpointSettings, ...] | None:
    """Return the networks of the body of ``/containers/create``, the one of its network mode first.

    None if it asks for nothing but its mode.  Raises InvalidArgument for a MAC address that contradicts another one.
    """
    asked: Json = json.get("NetworkingConfig", {}).get("EndpointsConfig", {})
    mac = json.get("MacAddress", "").lower()
    if not (asked or mac) or mode.startswith("container:"):
        return None
    first = "bridge" if mode in _DEFAULT else mode
    if len(asked) == 1 and mode not in (*_DEFAULT, *asked):  # one network, named in two ways: by id and by name
        asked = {mode: next(iter(asked.values()))}
    places = {settings.network: settings for name in sorted(asked) if (settings := settings_of(name, asked[name]))}
    if mode not in _DEFAULT or first in places or mac:
        main = places.pop(first, EndpointSettings(first))
        if mac and main.mac not in ("", mac):
            raise InvalidArgument(_TWO_MACS)
        places = {first: main._replace(mac=mac or main.mac)} | places
    return tuple(places.values())

"""A container's places on its engine's own networks, as clients ask for them.

moby: ``api/types/network/endpoint.go``.
"""

from swarmlab.api.convert.basics import Json
from swarmlab.api.shapes import INT, LABELS, STRING, STRINGS, Struct
from swarmlab.core.network.endpoints import EndpointSettings

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

    None if it asks for nothing but its mode.
    """
    asked: Json = json.get("NetworkingConfig", {}).get("EndpointsConfig", {})
    if not asked or mode.startswith("container:"):
        return None
    first = "bridge" if mode in _DEFAULT else mode
    places = {settings.network: settings for name in sorted(asked) if (settings := settings_of(name, asked[name]))}
    if mode not in _DEFAULT or first in places:
        places = {first: places.get(first, EndpointSettings(first))} | places
    mac = json.get("MacAddress", "").lower()
    if mac and not next(iter(places.values())).mac:
        name = next(iter(places))
        places[name] = places[name]._replace(mac=mac)
    return tuple(places.values())

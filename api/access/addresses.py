"""From where a request comes, and over what: headers about it are believed of the trusted proxy alone."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import HTTPConnection

from api.errors import NotAllowedError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_TELL_OF_A_PROXY: Final = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
_LOCAL_NAMES: Final = ("localhost", "127.0.0.1", "[::1]")
_ONE_HOME: Final = 64
"""Whoever has one IPv6 address has all of its /64."""


@dataclass(frozen=True, slots=True)
class RequestOrigin:
    """From where a request comes.

    Attributes:
        address: of the client, for counting: an IPv6 address stands for its /64.
        is_https: nobody on the way could read it.
        is_local: it was made on this machine, without any proxy between.
    """

    address: str
    is_https: bool
    is_local: bool


class Addresses:
    """Finds the origin of requests.

    Args:
        proxies: networks of the trusted proxy; none where clients connect to us themselves.
        is_loopback: we listen on loopback.
    """

    __slots__ = ("_is_loopback", "_proxies")

    def __init__(self, proxies: Sequence[Network], *, is_loopback: bool) -> None:
        self._proxies = proxies
        self._is_loopback = is_loopback

    def origin(self, request: HTTPConnection) -> RequestOrigin:
        """Return from where the request comes. Raises NotAllowedError where others could read it on its way."""
        peer = _parse(request.client.host if request.client else "")
        if self._is_proxy(peer):
            if not _forwarded_https(request):
                raise NotAllowedError("the proxy must take requests over https, and say so: X-Forwarded-Proto: https")
            return RequestOrigin(_shown(self._client(request, peer)), is_https=True, is_local=False)
        is_https = request.url.scheme == "https"
        is_loopback = peer is not None and peer.is_loopback
        if not is_https and not (self._is_loopback and is_loopback):
            raise NotAllowedError("only the trusted proxy may connect here without TLS")
        return RequestOrigin(_shown(peer), is_https, is_local=is_loopback and self._is_loopback and _is_plain(request))

    def counted(self, request: HTTPConnection) -> str:
        """Return the address to count a request under that anybody may send, by whatever way it came."""
        peer = _parse(request.client.host if request.client else "")
        return _shown(self._client(request, peer) if self._is_proxy(peer) else peer)

    def _is_proxy(self, address: _Address | None) -> bool:
        return address is not None and any(address in network for network in self._proxies)

    def _client(self, request: HTTPConnection, peer: _Address | None) -> _Address | None:
        """Return the last address in the list that isn't a trusted proxy: what stands before it, anybody may say."""
        values = ",".join(request.headers.getlist("x-forwarded-for"))
        client = peer
        for text in reversed([part.strip() for part in values.split(",") if part.strip()]):
            client = _parse(text)
            if client is None or not self._is_proxy(client):
                break
        return client or peer


def networks(text: str) -> list[Network]:
    """Return the networks in a list with commas between.

    Raises ValueError, which names the one that is none, or that is everybody: who they are is theirs to say then.
    """
    found = [ipaddress.ip_network(part.strip()) for part in text.split(",") if part.strip()]
    for network in found:
        if network.prefixlen == 0:
            raise ValueError(f"{network} is everybody, and not a proxy")
    return found


def _forwarded_https(request: HTTPConnection) -> bool:
    values = ",".join(request.headers.getlist("x-forwarded-proto")).split(",")
    return values[-1].strip().lower() == "https"


def _is_plain(request: HTTPConnection) -> bool:
    """Tell whether nothing speaks of a proxy, and the name asked for is this machine's own."""
    host = request.headers.get("host", "").lower()
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return name in _LOCAL_NAMES and not any(header in request.headers for header in _TELL_OF_A_PROXY)


def _parse(text: str) -> _Address | None:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _shown(address: _Address | None) -> str:
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _ONE_HOME), strict=False))
    return str(address)

"""Whom we call: the address checked word by word, its host looked up once, and every answer of that checked.

The connection is made to an address that was checked here and is never looked up again: a name that answers a public
address first and this machine's own a moment later (DNS rebinding) gains nothing.
"""

import ipaddress
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["Policy", "Resolver", "Target", "TargetRefused", "look_up", "read_target", "system_resolver"]

Resolver = Callable[[str, int], list[str]]
"""Returns the addresses of a host (raises ``OSError`` when there are none)."""

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_PUBLIC = ipaddress.ip_network("2000::/3")
"""All that is given out as public IPv6; Python counts as global whatever it knows nothing of (``fec0::/10``)."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_WRAPPING = tuple(ipaddress.ip_network(net) for net in ("::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48"))
"""IPv4 in the last 32 bits: as it was once written, SIIT (RFC 2765), NAT64 inside a network (RFC 8215)."""


class TargetRefused(ValueError):
    """The address must not be called; ``str()`` is a code, see ``words.PROBLEMS``."""


@dataclass(frozen=True)
class Policy:
    """What the installation allows.

    Only ``hosts`` may be called, and none where it is empty. ``internal_hosts`` are those that may have an address
    inside (private, or this machine's own) and may be called without TLS where ``may_be_plain``.
    """

    hosts: frozenset[str] = frozenset()
    internal_hosts: frozenset[str] = frozenset()
    may_be_plain: bool = False


@dataclass(frozen=True)
class Target:
    """An address that may be called, in its parts."""

    url: str
    host: str
    port: int
    path: str
    is_secure: bool
    is_internal: bool

    @property
    def authority(self) -> str:
        """The ``Host`` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.is_secure else 80) else f"{host}:{self.port}"


def read_target(url: str, policy: Policy) -> Target:
    """Return the parts of *url*.

    Raises:
        TargetRefused: it is no plain https address of an allowed host.
    """
    if not url.isascii() or any(sign.isspace() or not sign.isprintable() for sign in url):
        raise TargetRefused("malformed")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise TargetRefused("malformed") from None
    try:
        # As the resolver does: an empty label or a long one is no name at all.
        host.encode("idna")
    except UnicodeError:
        raise TargetRefused("malformed") from None
    if not host or "@" in parts.netloc or parts.fragment or parts.scheme not in ("http", "https"):
        raise TargetRefused("malformed")
    if host not in policy.hosts | policy.internal_hosts:
        raise TargetRefused("host")
    is_secure, is_internal = parts.scheme == "https", host in policy.internal_hosts
    if not is_secure and not (is_internal and policy.may_be_plain):
        raise TargetRefused("plain")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(url, host, port or (443 if is_secure else 80), path, is_secure, is_internal)


def look_up(target: Target, resolver: Resolver) -> list[str]:
    """Return the addresses of the target's host. One that must not be called spoils them all.

    Raises:
        TargetRefused: an answer points inside and the host is not listed as internal, or to nobody at all.
        OSError: the name is not known, or nobody answered.
    """
    found = list(dict.fromkeys(resolver(target.host, target.port)))
    if not found:
        raise OSError("no address")
    if not all(_may_be_called(address, is_internal=target.is_internal) for address in found):
        raise TargetRefused("address")
    return found


def _may_be_called(text: str, *, is_internal: bool) -> bool:
    return all(_is_allowed(address, is_internal=is_internal) for address in _meant(ipaddress.ip_address(text)))


def _is_allowed(address: IPAddress, *, is_internal: bool) -> bool:
    # Where machines in a cloud ask for their own keys; nobody's system listens there, so not even listing it helps.
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    is_public = address.is_global and (address.version == 4 or address in _PUBLIC)
    return is_public or (is_internal and (address.is_private or address.is_loopback))


def _meant(address: IPAddress) -> Iterable[IPAddress]:
    """Yield the address and what is wrapped in it (6to4, Teredo and the like).

    ``::ffff:127.0.0.1`` and NAT64's ``64:ff9b::`` are nothing but another way to the address inside: that alone counts.
    """
    if isinstance(address, ipaddress.IPv4Address):
        yield address
        return
    last = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address.ipv4_mapped is not None or address in _NAT64:
        yield last
        return
    yield address
    wrapped = [address.sixtofour, *(address.teredo or ()), last if any(address in net for net in _WRAPPING) else None]
    yield from (inner for inner in wrapped if inner is not None)


def system_resolver(host: str, port: int) -> list[str]:
    """Ask the system (raises ``OSError``). ``127.1`` and ``0x7f000001`` come back as the addresses they are."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]).partition("%")[0] for *_, address in found]

"""Which addresses a webhook may reach: the open internet, and what the clinic has named; never what is beside this machine."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

LONGEST = 500
NAT64 = IPv6Network("64:ff9b::/96")
Address = IPv4Address | IPv6Address


class Refused(Exception):
    """The webhook cannot be; the message says why."""


def checked(url: str, networks: Sequence[str]) -> tuple[str, int]:
    """The host and the port that an address of a webhook leads to. Raises Refused. What the host's name stands for is for
    `may_reach`: at registration, and again each time that something is sent."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Refused("That is no address: give one such as https://example.org/hooks.") from None
    if parts.scheme not in ("https", "http") or not host or not url.isascii() or not url.isprintable() or " " in url:
        raise Refused("Give an https address, such as https://example.org/hooks.")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Refused("Leave out names, passwords and what follows a #: the signature says who we are.")
    literal = as_address(host)
    if parts.scheme == "http" and not (literal and named_by_the_clinic(literal, networks)):
        raise Refused("It must be https; http is for the clinic's own networks in webhooks.private_networks.")
    if literal and not may_reach(literal, networks):
        raise Refused("That is an address inside a network. The clinic can allow it with webhooks.private_networks.")
    return host, port or (443 if parts.scheme == "https" else 80)


def as_address(host: str) -> Address | None:
    """The address, if a host is given as one."""
    try:
        return ip_address(host.partition("%")[0])
    except ValueError:
        return None


def may_reach(address: Address, networks: Sequence[str]) -> bool:
    """Whether it is on the open internet, or in a network that the clinic has named."""
    if named_by_the_clinic(address, networks):
        return True
    inner = within(address)
    if inner is not None:
        return may_reach(inner, networks)
    return address.is_global and not address.is_multicast and not address.is_reserved


def within(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to, if it is one of those."""
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def named_by_the_clinic(address: Address, networks: Sequence[str]) -> bool:
    return any(address in ip_network(one) for one in networks)

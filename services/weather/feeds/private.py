"""Which addresses a feed may lead to. Pure."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

_NAT64: Final = ip_network("64:ff9b::/96")
_LOCAL_NAT64: Final = ip_network("64:ff9b:1::/48")
_SHARED: Final = ip_network("100.64.0.0/10")
"""RFC 6598: between a provider and its customers. Some clouds answer for themselves in it."""


def may_lead_to(address: str, *, private: bool) -> bool:
    """Tell whether a feed may be asked at an IP address.

    A public feed: public addresses only. A private one: those of one's own network and of this
    machine too, but never those at which a cloud answers for itself, nor a group's.
    """
    found = _meant(ip_address(address.partition("%")[0]))
    if found.is_multicast or found.is_unspecified or found.is_link_local or _is_broadcast(found):
        return False
    if private and (found.is_private or found.is_loopback or _is_shared(found)):
        return True
    return found.is_global and not found.is_reserved


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 address stands for, or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64 or (isinstance(_LOCAL_NAT64, IPv6Network) and address in _LOCAL_NAT64):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    return address.ipv4_mapped or address.sixtofour or teredo or address


def _is_shared(address: IPv4Address | IPv6Address) -> bool:
    return isinstance(address, IPv4Address) and address in _SHARED


def _is_broadcast(address: IPv4Address | IPv6Address) -> bool:
    return address == IPv4Address("255.255.255.255")

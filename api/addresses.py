"""Which addresses may be called: those of the public internet, and a private network's where somebody says so."""

import ipaddress
from typing import Final

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Never anybody's helpdesk, also in a private network: what clouds tell a machine about itself, with its credentials.
_METADATA: Final = frozenset(
    map(ipaddress.ip_address, ("169.254.169.254", "fd00:ec2::254", "100.100.100.200", "192.0.0.192", "168.63.129.16"))
)
_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
_WRAPPED: Final = tuple(
    map(ipaddress.IPv6Network, ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16"))
)
_HOME: Final = (ipaddress.ip_address("::1"),)
_UNIQUE_LOCAL: Final = ipaddress.IPv6Network("fc00::/7")
_PRIVATE: Final = tuple(
    map(ipaddress.IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "100.64.0.0/10"))
)


def is_callable(text: str, *, private_network: bool, plain: bool = False) -> bool:
    """Tell whether an address may be connected to.

    Args:
        text: an IPv4 or IPv6 address as the resolver gave it.
        private_network: private and loopback addresses may be.
        plain: over http: then private and loopback addresses only.
    """
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id is not None:
        return False  # a zone makes it unequal to the addresses that are never called, and only link-local ones need it
    if _inside(address):
        return private_network
    return _public(address) and not plain


def _public(address: Address) -> bool:
    """Tell whether an address is a single host's on the public internet, as itself."""
    if address in _METADATA or address.is_multicast or address.is_reserved or not address.is_global:
        return False
    return isinstance(address, ipaddress.IPv4Address) or (address in _UNICAST and not _wraps(address))


def _inside(address: Address) -> bool:
    """Tell whether an address belongs to a private network or this machine, and may be somebody's server there."""
    if address in _HOME:
        return True
    if address in _METADATA or address.is_multicast or address.is_unspecified or address.is_link_local:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        return address in _UNIQUE_LOCAL
    return any(address in network for network in _PRIVATE)


def _wraps(address: ipaddress.IPv6Address) -> bool:
    return any(address in network for network in _WRAPPED)

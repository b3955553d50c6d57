"""Addresses of the network: which of them only this machine reaches."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches the host: localhost, 127.0.0.0/8, ::1. Names are not looked up."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"

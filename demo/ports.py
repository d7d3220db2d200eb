"""Ports: whether the ones we want are free, and which would be."""

import socket

LOOPBACK = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
"""Both that a browser may mean by `localhost`."""


def is_free(port: int) -> bool:
    """Whether nobody on this machine listens on this port of `localhost`."""
    return not any(_answers(family, host, port) for family, host in LOOPBACK) and _can_listen(port)


def next_pair(after: int) -> int:
    """The next port that is free together with its successor."""
    return next(port for port in range(after, 65_000) if is_free(port) and is_free(port + 1))


def listen() -> socket.socket:
    """A listening socket on a loopback port of the system's choice."""
    return socket.create_server(("127.0.0.1", 0))


def _answers(family: int, host: str, port: int) -> bool:
    try:
        with socket.socket(family) as probe:
            probe.settimeout(0.5)
            return probe.connect_ex((host, port)) == 0
    except OSError:
        return False


def _can_listen(port: int) -> bool:
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True

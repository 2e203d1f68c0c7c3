"""The HTTP server's protocol, noting each connection's transport so that a fault can reset it."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

from tools.simulator.faults import Connections


def protocol_noting(connections: Connections) -> type[asyncio.Protocol]:
    """An H11 protocol class that keeps `connections` (peer address to transport) up to date."""

    class NotingProtocol(H11Protocol):
        _peer: tuple[str, int] | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
            super().connection_made(transport)
            host, port = transport.get_extra_info("peername")[:2]
            self._peer = (host, port)
            connections[self._peer] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            if self._peer is not None:
                connections.pop(self._peer, None)
            super().connection_lost(exc)

    return NotingProtocol

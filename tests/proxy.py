"""A TCP proxy that misbehaves on request: resets its connections, or swallows what passes."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading

_SLICE_SECONDS = 0.05  # how soon a pump notices that its connection was closed
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Proxy:
    """Forwards `127.0.0.1:port` to another port of this machine."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._flowing = threading.Event()
        self._flowing.set()
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.accepted = 0  # connections so far
        threading.Thread(target=self._accept, daemon=True).start()

    def reset(self) -> None:
        """Cut every connection with RST on both sides; new ones are welcome."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for one in (one for pair in pairs for one in pair):
            with contextlib.suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            one.close()

    def black_hole(self) -> None:
        """Forward nothing more, and say nothing about it."""
        self._flowing.clear()

    def resume(self) -> None:
        """Forward again, also what was held back."""
        self._flowing.set()

    def close(self) -> None:
        """Cut everything and stop listening."""
        self._listener.close()
        self.resume()
        self.reset()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self._target_port), timeout=5)
        except OSError:
            client.close()
            return
        with self._lock:
            self._pairs.append((client, server))
            self.accepted += 1
        for source, target in ((client, server), (server, client)):
            source.settimeout(_SLICE_SECONDS)
            threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        while True:
            self._flowing.wait()
            try:
                data = source.recv(65536)
                if not data:
                    break
                self._flowing.wait()
                self._send(target, data)
            except TimeoutError:
                continue
            except OSError:
                return
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_WR)

    @staticmethod
    def _send(target: socket.socket, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            with contextlib.suppress(TimeoutError):
                rest = rest[target.send(rest) :]

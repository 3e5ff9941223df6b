"""What the test agency says by itself: each message posted to the webhook, signed, and again until it is taken."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence

from hub.agency.desk import Desk, Said
from hub.errors import HubError
from hub.net import Http, Manners, Request
from hub.net.signing import signed_headers

_LOOK_SECONDS = 0.05
_AGAIN_SECONDS = 0.5


class Webhooks:
    """One listener. A repetition of a message bears the same id, as the standard has it."""

    def __init__(self, desk: Desk, url: str, secrets: Callable[[], Sequence[str]]) -> None:
        self._desk = desk
        self._url = url
        self._secrets = secrets
        self._http = Http(Manners(loopback=True, read_seconds=5.0))
        self.told = 0

    def run(self, stop: threading.Event) -> None:
        """Tell what is due, in order, until `stop` is set; what is not taken is told again before what comes after it."""
        while not stop.is_set():
            for message in self._desk.due(self.told, time.time()):
                while not stop.is_set() and not self._tell(message):
                    stop.wait(_AGAIN_SECONDS)
                self.told += 1
            stop.wait(_LOOK_SECONDS)
        self._http.close()

    def _tell(self, message: Said) -> bool:
        body = json.dumps(message, ensure_ascii=False).encode()
        headers = {
            "content-type": "application/json",
            **signed_headers(self._secrets(), message["message_id"], int(time.time()), body),
        }
        try:
            return self._http.send(Request("POST", self._url, headers, body, repeatable=True)).ok
        except HubError:
            return False

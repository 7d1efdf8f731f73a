"""What a browser does just before a call, in the same session, without which the call could not succeed: a reply is taken back
within seconds of its sending, and a passkey answers what was just asked. Those requests are sent, and not counted."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests
from cryptography.hazmat.primitives.asymmetric import ec

from tests.staff_api.authenticator import Authenticator

ORIGIN, DOMAIN = "https://console.example", "console.example"
BEFOREHAND = "X-Beforehand"


def device(number: int) -> Authenticator:
    """The device of this number: the same key each time, and a count that only grows."""
    key = ec.derive_private_key(number + 1, ec.SECP256R1())
    return Authenticator(ORIGIN, DOMAIN, key, f"device {number}".encode(), int(time.time()))


@dataclass
class Browser:
    """One session, at one door."""

    address: str
    sent: dict[str, str]
    patients: list[int]
    number: int = 0
    device: Authenticator = field(init=False)

    def __post_init__(self) -> None:
        self.device = device(self.number)

    def post(self, path: str, body: Any = None) -> Any:
        """The answer, or None where it was refused."""
        answer = requests.post(f"{self.address}/api/v1{path}", json=body, headers=self.sent | {BEFOREHAND: "1"}, timeout=60)
        return answer.json() if answer.ok else None

    def undo_message(self) -> dict[str, Any]:
        for one in self.patients:
            if sent := self.post(f"/patients/{one}/messages", {"text": "How are you today?"}):
                return {"path": {"message_id": sent["id"]}}
        return {}

    def add_passkey(self) -> dict[str, Any]:
        asked = self.post("/account/passkey-options")
        return {"body": {"name": "phone", **Authenticator(ORIGIN, DOMAIN).made(asked["options"])}} if asked else {}

    def prove_by_passkey(self) -> dict[str, Any]:
        return self._answer("/session/proof/passkey/challenge")

    def give_passkey(self) -> dict[str, Any]:
        return self._answer("/session/passkey/challenge")

    def _answer(self, challenge: str) -> dict[str, Any]:
        asked = self.post(challenge)
        return {"body": self.device.answers(asked["options"])} if asked else {}


BEFORE: dict[str, Callable[[Browser], dict[str, Any]]] = {
    one.__name__: one for one in (Browser.undo_message, Browser.add_passkey, Browser.prove_by_passkey, Browser.give_passkey)}

"""A passkey's device, in a few lines: makes keys, signs challenges, counts, and can be told to lie."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import bytes_to_base64url

PRESENT, ATTESTED = 0x01, 0x40


@dataclass
class Authenticator:
    origin: str
    domain: str
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    count: int = 0

    def made(self, options: dict[str, Any]) -> dict[str, str]:
        """Its answer to being asked for a new passkey."""
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + cbor2.dumps(public)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(PRESENT | ATTESTED) + attested})
        return {"id": bytes_to_base64url(self.credential_id), "attestation": bytes_to_base64url(attestation),
                "client_data": bytes_to_base64url(self._client(options, "webauthn.create"))}

    def answers(self, options: dict[str, Any]) -> dict[str, str]:
        """Its answer to a challenge."""
        self.count += 1
        client, data = self._client(options, "webauthn.get"), self._data(PRESENT)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return {"id": bytes_to_base64url(self.credential_id), "client_data": bytes_to_base64url(client),
                "authenticator_data": bytes_to_base64url(data), "signature": bytes_to_base64url(signature)}

    def _client(self, options: dict[str, Any], kind: str) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.domain.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

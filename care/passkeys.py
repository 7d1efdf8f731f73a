"""Passkeys (WebAuthn): a key in a phone, a laptop or a stick, in place of the app's code, and of the password said once more.

What one is asked belongs to a session and to what it is asked for, and may be answered once, within five minutes. `webauthn`
checks the answer.
"""

import hashlib
import secrets
import struct
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import delete, select, update
from webauthn.helpers import bytes_to_base64url, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from care import events, factors
from care.factors import Refused
from care.heart.turn import Turn
from care.tables import passkeys, staff_sessions

ANSWER_WITHIN = timedelta(minutes=5)
MOST = 10
TO_MAKE, TO_ANSWER = "make", "answer"  # what is asked of whoever shows a passkey must not do for making one
NOT_UNDERSTOOD = (WebAuthnException, ValueError, KeyError, IndexError, TypeError, AttributeError, struct.error)


@dataclass(frozen=True)
class Passkey:
    id: int
    name: str
    added_at: datetime
    used_at: datetime | None


@dataclass(frozen=True)
class Added:
    passkey: Passkey
    recovery_codes: list[str]  # shown this once; none if there were some already


@dataclass(frozen=True)
class Answer:
    """What a passkey says to a challenge; each base64url, as WebAuthn names it."""

    id: str
    client_data: str
    authenticator_data: str
    signature: str


def of(turn: Turn, staff_id: int) -> list[Passkey]:
    columns = (passkeys.c.id, passkeys.c.name, passkeys.c.added_at, passkeys.c.used_at)
    return [Passkey(*row) for row in turn.db.execute(
        select(*columns).where(passkeys.c.staff_id == staff_id).order_by(passkeys.c.id))]


def offer(turn: Turn, staff_id: int, email: str, name: str, token: str) -> dict[str, Any]:
    """What a browser needs to make a passkey, as WebAuthn writes it (PublicKeyCredentialCreationOptions). Raises Refused."""
    _origin, domain = site(turn)
    known = _descriptors(turn, staff_id)
    if len(known) >= MOST:
        raise Refused(f"There are {MOST} passkeys already; remove one that you do not use.")
    options = webauthn.generate_registration_options(
        rp_id=domain, rp_name=turn.settings.clinic.name or "Careward", user_id=f"staff {staff_id}".encode(), user_name=email,
        user_display_name=name, challenge=_challenged(turn, token, TO_MAKE), exclude_credentials=known)
    return options_to_json_dict(options)


def add(turn: Turn, staff_id: int, token: str, name: str, credential_id: str, client_data: str, attestation: str) -> Added:
    """Keep the passkey that a browser has made; from then on it is asked for. Raises Refused."""
    challenge = _answered(turn, token, TO_MAKE)
    if challenge is None:
        raise Refused("That took too long, or was answered already; begin again.")
    origin, domain = site(turn)
    try:
        made = webauthn.verify_registration_response(
            credential={
                "id": credential_id, "rawId": credential_id, "type": "public-key",
                "response": {"clientDataJSON": client_data, "attestationObject": attestation}},
            expected_challenge=challenge, expected_rp_id=domain, expected_origin=origin)
    except NOT_UNDERSTOOD:
        raise Refused("This passkey was made for another address, or not by your browser; begin again.") from None
    kept = bytes_to_base64url(made.credential_id)
    if turn.db.scalar(select(passkeys.c.id).where(passkeys.c.credential_id == kept)):
        raise Refused("This passkey is known already.")
    first = not factors.of(turn, staff_id).second
    passkey_id = turn.insert(passkeys, {
        "staff_id": staff_id, "name": name, "credential_id": kept, "public_key": bytes_to_base64url(made.credential_public_key),
        "sign_count": made.sign_count, "added_at": turn.now})
    turn.happened(events.FactorAdded(None, staff_id, "passkey"))
    codes = factors.new_recovery_codes(turn, staff_id) if first else []
    return Added(Passkey(passkey_id, name, turn.now, None), codes)


def ask(turn: Turn, staff_id: int, token: str) -> dict[str, Any]:
    """What a browser needs to let one of their passkeys answer (PublicKeyCredentialRequestOptions). Raises Refused."""
    _origin, domain = site(turn)
    known = _descriptors(turn, staff_id)
    if not known:
        raise Refused("You have no passkey yet; My account makes one.")
    return options_to_json_dict(webauthn.generate_authentication_options(
        rp_id=domain, challenge=_challenged(turn, token, TO_ANSWER), allow_credentials=known))


def proves(turn: Turn, staff_id: int, token: str, answer: Answer) -> bool:
    """Whether one of their passkeys has answered what this session was asked; it is asked no more, whatever came."""
    challenge = _answered(turn, token, TO_ANSWER)
    row = turn.db.execute(select(passkeys).where(
        passkeys.c.staff_id == staff_id, passkeys.c.credential_id == answer.id).with_for_update()).first()
    if challenge is None or row is None:
        return False
    origin, domain = site(turn)
    try:
        proved = webauthn.verify_authentication_response(
            credential={
                "id": answer.id, "rawId": answer.id, "type": "public-key",
                "response": {"clientDataJSON": answer.client_data, "authenticatorData": answer.authenticator_data,
                             "signature": answer.signature}},
            expected_challenge=challenge, expected_rp_id=domain, expected_origin=origin,
            credential_public_key=webauthn.base64url_to_bytes(row.public_key), credential_current_sign_count=row.sign_count)
    except NOT_UNDERSTOOD:
        return False
    turn.db.execute(update(passkeys).where(passkeys.c.id == row.id).values(
        sign_count=proved.new_sign_count, used_at=turn.now))
    return True


def remove(turn: Turn, staff_id: int, passkey_id: int) -> bool:
    """Take one of their own off; with the last factor the recovery codes go too. False if it is none of theirs."""
    gone = turn.db.execute(delete(passkeys).where(passkeys.c.id == passkey_id, passkeys.c.staff_id == staff_id)).rowcount
    if gone:
        factors.no_codes_for_nothing(turn, staff_id)
        turn.happened(events.FactorRemoved(None, staff_id, "passkey"))
    return bool(gone)


def remove_all(turn: Turn, staff_id: int) -> None:
    for one in of(turn, staff_id):
        remove(turn, staff_id, one.id)


def site(turn: Turn) -> tuple[str, str]:
    """The origin and the domain that passkeys are bound to. Raises Refused where browsers would make none."""
    url = urlsplit(turn.settings.staff.public_url)
    domain = url.hostname or ""
    if not domain or _is_a_number(domain) or (url.scheme != "https" and domain != "localhost"):
        raise Refused("Passkeys need an https address with a name: whoever runs the server sets staff.public_url.")
    return f"{url.scheme}://{url.netloc}", domain


def possible(turn: Turn) -> bool:
    """Whether browsers make passkeys for this clinic's address."""
    try:
        site(turn)
    except Refused:
        return False
    return True


def _is_a_number(domain: str) -> bool:
    try:
        ip_address(domain)
    except ValueError:
        return False
    return True


def _descriptors(turn: Turn, staff_id: int) -> list[PublicKeyCredentialDescriptor]:
    known = turn.db.scalars(select(passkeys.c.credential_id).where(passkeys.c.staff_id == staff_id).order_by(passkeys.c.id))
    return [PublicKeyCredentialDescriptor(id=webauthn.base64url_to_bytes(one)) for one in known]


def _challenged(turn: Turn, token: str, to: str) -> bytes:
    challenge = secrets.token_bytes(32)
    turn.db.execute(update(staff_sessions).where(staff_sessions.c.token_hash == _hashed(token)).values(
        challenge=f"{to}.{bytes_to_base64url(challenge)}", challenged_at=turn.now))
    return challenge


def _answered(turn: Turn, token: str, to: str) -> bytes | None:
    """What this session was asked for this, and has not yet answered; asked no more from here on."""
    mine = staff_sessions.c.token_hash == _hashed(token)
    asked = select(staff_sessions.c.challenge, staff_sessions.c.challenged_at).where(mine)
    row = turn.db.execute(asked.with_for_update()).first()
    turn.db.execute(update(staff_sessions).where(mine).values(challenge=None))
    if row is None or row.challenge is None or row.challenged_at <= turn.now - ANSWER_WITHIN:
        return None
    asked_to, _, challenge = row.challenge.partition(".")
    return webauthn.base64url_to_bytes(challenge) if asked_to == to else None


def _hashed(token: str) -> str:
    """As care/staff.py keeps it, which knows this module."""
    return hashlib.sha256(token.encode()).hexdigest()

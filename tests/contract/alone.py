"""Calls that are made once more by somebody of their own: what ends a session, what begins one, what shows once more who it
is, and what only a few people can do."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pyotp

from care import factors, joining, passkeys, staff
from care.heart.turn import Turn
from tests.contract.browser import device
from tests.contract.clinic import Ids, newly_signed_in, sent_in

EACH = 5


@dataclass(frozen=True)
class Alone:
    """Who sends it, and what makes sense to them: as `known` has it for everybody else."""

    sent: dict[str, str]
    calls: list[dict[str, Any]] = field(default_factory=list)
    device: int = 0  # the number of their passkey's device, if they have one


def somebody(turn: Turn, name: str, role: str = "nurse", reach: str | None = None) -> staff.Opened:
    """Somebody of their own, just signed in."""
    return staff.sign_in(turn, staff.add(turn, f"{name}@riverside.example", name, "!", role, reach).id)


def with_app(turn: Turn, name: str) -> tuple[staff.Opened, list[str]]:
    """Somebody whose app shows codes, signed in before they had it; and their recovery codes."""
    opened = somebody(turn, name)
    offered = factors.offer_app(turn, opened.session.staff.id, name)
    return opened, factors.confirm_app(turn, opened.session.staff.id, pyotp.TOTP(offered.secret).at(turn.now))


def with_passkeys(turn: Turn, name: str, many: int = 1) -> staff.Opened:
    """The same with passkeys; the first one's device has the number of its owner."""
    opened = somebody(turn, name)
    whose = opened.session.staff.id
    for number in range(many):
        options = passkeys.offer(turn, whose, name, name, opened.token)
        made = device(whose + 1000 * number).made(options)
        passkeys.add(turn, whose, opened.token, "phone", made["id"], made["client_data"], made["attestation"])
    return opened


def gives_code(turn: Turn, ids: Ids) -> Alone:
    opened, codes = with_app(turn, "gives_code")
    return Alone(sent_in(turn, staff.sign_in(turn, opened.session.staff.id)), [{"body": {"code": one}} for one in codes])


def confirms_app(turn: Turn, ids: Ids) -> Alone:
    opened = somebody(turn, "confirms_app")
    app = pyotp.TOTP(factors.offer_app(turn, opened.session.staff.id, "confirms_app").secret)
    return Alone(sent_in(turn, opened), [
        {"body": {"code": app.at(turn.now + timedelta(seconds=ahead))}} for ahead in (0, factors.STEP)])


def makes_codes(turn: Turn, ids: Ids) -> Alone:
    return Alone(sent_in(turn, with_app(turn, "makes_codes")[0]))


def gives_passkey(turn: Turn, ids: Ids) -> Alone:
    whose = with_passkeys(turn, f"gives_passkey{turn.now:%f}").session.staff.id
    return Alone(sent_in(turn, staff.sign_in(turn, whose)), device=whose)


def has_passkey(turn: Turn, ids: Ids) -> Alone:
    opened = with_passkeys(turn, f"has_passkey{turn.now:%f}", many=EACH)
    whose = opened.session.staff.id
    return Alone(sent_in(turn, opened), [{"path": {"passkey_id": one.id}} for one in passkeys.of(turn, whose)], whose)


def adds_passkey(turn: Turn, ids: Ids) -> Alone:
    return Alone(sent_in(turn, somebody(turn, "adds_passkey")))


def takes_up(turn: Turn, ids: Ids) -> Alone:
    """Whoever was invited has no session yet."""
    invited = [f"invited{number}@riverside.example" for number in range(EACH)]
    return Alone({}, [{
        "path": {"token": joining.invite(turn, email, "nurse").token},
        "body": {"name": "New", "email": email, "password": "nine quiet umbrellas"}} for email in invited])


def opens_in_emergency(turn: Turn, ids: Ids) -> Alone:
    """Whoever sees some of the patients only."""
    reason = "Fell at home, and is confused"
    return Alone(sent_in(turn, somebody(turn, "in_emergency", "social_worker")), [
        {"body": {"patient_id": one, "reason": reason}} for one in ids["patient_id"]])


def administers(turn: Turn, ids: Ids) -> Alone:
    return Alone(newly_signed_in(turn, "administrator"))


BY: dict[str, Callable[[Turn, Ids], Alone]] = {
    "give_code": gives_code, "confirm_app": confirms_app, "new_recovery_codes": makes_codes, "ask_passkey": gives_passkey,
    "give_passkey": gives_passkey, "ask_passkey_proof": has_passkey, "prove_by_passkey": has_passkey,
    "remove_passkey": has_passkey, "add_passkey": adds_passkey, "set_up": takes_up, "open_in_emergency": opens_in_emergency}

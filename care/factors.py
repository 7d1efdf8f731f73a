"""The second factor: one-time codes of an app (TOTP, RFC 6238), and recovery codes for when the phone is gone.

Each code works once. The app's secret is kept encrypted, with a key that is not in the database.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass

import pyotp
from sqlalchemy import delete, func, select, update

from care import events
from care.heart.sealing import box
from care.heart.turn import Turn
from care.tables import passkeys, recovery_codes, staff_factors

PURPOSE = "second factors"
STEP = 30  # seconds
DRIFT = 1  # steps: a phone's clock may be off by as much
RECOVERY_CODES = 10


class Refused(Exception):
    """It cannot be done; the message says why."""


@dataclass(frozen=True)
class Factors:
    """What somebody signs in with beside a password."""

    app: bool
    recovery_codes_left: int
    passkeys: int = 0

    @property
    def second(self) -> bool:
        """Whether the password alone does not sign them in."""
        return self.app or self.passkeys > 0


@dataclass(frozen=True)
class Offered:
    """The app's secret, shown this once, as words and as what a QR code says."""

    secret: str
    uri: str


def of(turn: Turn, staff_id: int) -> Factors:
    app = turn.db.scalar(select(staff_factors.c.confirmed_at).where(staff_factors.c.staff_id == staff_id)) is not None
    left = turn.db.scalar(select(func.count()).select_from(recovery_codes).where(
        recovery_codes.c.staff_id == staff_id, recovery_codes.c.used_at.is_(None)))
    keys = turn.db.scalar(select(func.count()).select_from(passkeys).where(passkeys.c.staff_id == staff_id))
    return Factors(app, left or 0, keys or 0)


def offer_app(turn: Turn, staff_id: int, email: str) -> Offered:
    """A new secret for somebody's app; it counts once a code of it was shown. Raises Refused if there is one that counts."""
    if of(turn, staff_id).app:
        raise Refused("There is an app already; take it off first.")
    secret = pyotp.random_base32()
    turn.db.execute(delete(staff_factors).where(staff_factors.c.staff_id == staff_id))
    sealed = box(turn.settings, PURPOSE).encrypt(secret.encode()).decode()
    turn.db.execute(staff_factors.insert(), {
        "staff_id": staff_id, "secret": sealed, "last_step": 0, "offered_at": turn.now})
    return Offered(secret, pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=turn.settings.clinic.name or "Careward"))


def confirm_app(turn: Turn, staff_id: int, code: str) -> list[str]:
    """The app works: its codes are asked for from now on. Returns the recovery codes, shown this once. Raises Refused."""
    if of(turn, staff_id).app:
        raise Refused("There is an app already; take it off first.")
    if not _app_says(turn, staff_id, code):
        raise Refused("That is not the code that the app shows now; is the phone's clock right?")
    turn.db.execute(update(staff_factors).where(staff_factors.c.staff_id == staff_id).values(confirmed_at=turn.now))
    turn.happened(events.FactorAdded(None, staff_id, "app"))
    return new_recovery_codes(turn, staff_id)  # those of a passkey work no more: there is one set, and it is shown now


def new_recovery_codes(turn: Turn, staff_id: int) -> list[str]:
    """Ten codes that each work once in place of the app's; those before them work no more."""
    turn.db.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == staff_id))
    # 112 bits each: of fewer a plain hash could be tried through by whoever has the database (ASVS 6.5.2).
    codes = ["-".join(secrets.token_hex(2) for _ in range(7)) for _ in range(RECOVERY_CODES)]
    turn.db.execute(recovery_codes.insert(), [{"staff_id": staff_id, "code_hash": _hashed(code)} for code in codes])
    turn.happened(events.RecoveryCodesMade(None, staff_id))
    return codes


def remove(turn: Turn, staff_id: int) -> bool:
    """Take the app off, and the recovery codes with it unless there is a passkey. False if there was none."""
    gone = turn.db.execute(delete(staff_factors).where(staff_factors.c.staff_id == staff_id)).rowcount
    no_codes_for_nothing(turn, staff_id)
    if gone:
        turn.happened(events.FactorRemoved(None, staff_id, "app"))
    return bool(gone)


def no_codes_for_nothing(turn: Turn, staff_id: int) -> None:
    """Recovery codes take the place of a factor: with the last one they go."""
    if not of(turn, staff_id).second:
        turn.db.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == staff_id))


def proves(turn: Turn, staff_id: int, code: str) -> bool:
    """Whether this is a code of theirs, by the app or for recovery; it is used up."""
    code = code.strip().lower().replace(" ", "")
    if of(turn, staff_id).app and _app_says(turn, staff_id, code):
        return True
    used = turn.db.execute(update(recovery_codes).where(
        recovery_codes.c.staff_id == staff_id, recovery_codes.c.code_hash == _hashed(code), recovery_codes.c.used_at.is_(None),
    ).values(used_at=turn.now)).rowcount
    if used:
        turn.happened(events.RecoveryCodeUsed(None, staff_id))
    return bool(used)


def _app_says(turn: Turn, staff_id: int, code: str) -> bool:
    row = turn.db.execute(select(staff_factors).where(staff_factors.c.staff_id == staff_id).with_for_update()).first()
    if row is None:
        return False
    app, now = pyotp.TOTP(box(turn.settings, PURPOSE).decrypt(row.secret.encode()).decode()), int(turn.now.timestamp()) // STEP
    for step in range(now - DRIFT, now + DRIFT + 1):
        if step > row.last_step and hmac.compare_digest(app.generate_otp(step).encode(), code.encode(errors="replace")):
            turn.db.execute(update(staff_factors).where(staff_factors.c.staff_id == staff_id).values(last_step=step))
            return True
    return False


def _hashed(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()

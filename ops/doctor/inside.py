"""The clinic's own state: its database, its people, what waits, and the doors at work."""

import os
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import text

from care import alerts, clinical_words, publications, resealing, rota, staff, system
from care.heart import schema
from care.heart.clinic import Clinic
from care.heart.settings import Settings
from care.heart.turn import Turn
from care.reactions import REACTIONS
from care.webhooks import hooks
from ops import database
from ops.doctor.finding import Finding, failure, warning, well
from ops.stop import Stop

AT_WORK_WITHIN = timedelta(minutes=2)
WAITS, WAITS_TOO_LONG = 300, 3600  # seconds
REMEDIES = {
    database.BEHIND: "Run `careward db upgrade`.", database.AHEAD: "Install a newer careward.",
    database.FOREIGN: "Name an empty database in database.url."}
DOORS = {"scheduler": "The scheduler", "sender": "The sender", "intake": "The intake"}


async def examined(settings: Settings) -> list[Finding]:
    """The database, and if it can be used, what is in it."""
    url = settings.database.url
    try:
        state, at = await database.standing(url)
    except Stop as stop:
        return [failure("database", str(stop), "Check database.url, and that the server runs.")]
    if state == database.EMPTY:
        return [warning("database", "The database is empty.", "`careward run` or `careward db upgrade` lays it out.")]
    found = [await writable(url)]
    if state != database.READY:
        return [*found, failure("schema", database.said(url, state, at), REMEDIES[state])]
    found.append(well("schema", f"The database is at version {at}, as this program needs."))
    clinic = Clinic(url, settings, REACTIONS)
    try:
        return [*found, *await clinic.read(look)]
    finally:
        await clinic.close()


async def writable(url: str) -> Finding:
    """Whether it could be written to; nothing is."""
    file = database.sqlite_file(url)
    if file is not None:
        if os.access(file, os.W_OK) and os.access(file.parent, os.W_OK):
            return well("database", f"{file} can be read and written.")
        return failure("database", f"{file} or its folder cannot be written.", "Give both to the account that runs careward.")
    engine = schema._engine(url)
    try:
        async with engine.connect() as connection:
            read_only = (await connection.execute(text("SHOW transaction_read_only"))).scalar()
    finally:
        await engine.dispose()
    if read_only == "on":
        return failure("database", "The database takes no changes: is it a standby?", "Name the primary in database.url.")
    return well("database", "The database can be read and written.")


def look(turn: Turn) -> list[Finding]:
    health = system.health(turn)
    found = [*telegram(turn), somebody_on_staff(turn), on_call(turn), *alerted(turn), anchored(turn), *told(turn),
             *clinical_words_of(turn),
             *at_work(turn, health)]
    if lost := resealing.lost_keys(turn):
        found.append(failure(
            "at_rest_key", f"The database is sealed with the key {', '.join(sorted(lost))}, which is not here.",
            "Put it back into careward.secrets.toml from where you keep it; a new key opens nothing."))
    found.append(waits("outbox", "message that is due", health.oldest_due_outbox_s))
    found.append(waits("inbox", "update", health.oldest_open_inbox_s))
    if health.quarantined:
        found.append(warning("quarantine", f"{health.quarantined} updates could not be handled.",
                             "Each is in the worklist; look at its chat, and report the fault."))
    else:
        found.append(well("quarantine", "Every update could be handled."))
    return found


def clinical_words_of(turn: Turn) -> Iterator[Finding]:
    listed = clinical_words.in_use(turn)
    if left := sum(one.used == "filed" and one.state != "approved" for one in listed):
        say = failure if publications.is_strict(turn) else warning
        yield say("clinical_words", f"{left} of {len(listed)} clinical words in use have no second person's approval.",
                  "`careward words status` lists them; two people approve each on the console's page Clinical words.")
    elif listed:
        yield well("clinical_words", "Two people have agreed to every piece of clinical words in use.")


def somebody_on_staff(turn: Turn) -> Finding:
    if staff.anyone(turn):
        return well("staff", "Somebody is on staff.")
    return warning("staff", "Nobody is on staff: what patients write is read by nobody.", "Run `careward staff setup-link`.")


def telegram(turn: Turn) -> Iterator[Finding]:
    if since := system.away_since(turn):
        yield failure("telegram", f"`careward run` has not reached Telegram for {lasting(turn.now - since)}.",
                      "Check this machine's way to the internet; the worklist says whom to call.")


def on_call(turn: Turn) -> Finding:
    planned = rota.read(turn)
    if not planned.shifts:
        return well("rota", "There is no rota: everyone on staff is called at once.")
    if found := rota.gaps(turn, planned):
        return warning("rota", f"Nobody is on call {rota.in_words(turn, found, 3)}.", "Fill it on the console's rota page.")
    return well("rota", "Somebody is on call for the next seven days.")


def alerted(turn: Turn) -> Iterator[Finding]:
    settings = turn.settings.alerts
    if not (settings.smtp_host or settings.sms_url or settings.webhook_url):
        yield warning("alerts", "Only the console calls people: who does not look at it hears nothing of an emergency.",
                      "Set a mail server, an SMS gateway or a webhook under [alerts].")
    elif not (found := alerts.troubles(turn)):
        yield well("alerts", "No alert is held up.")
    else:
        for one in found:
            yield failure("alerts", f"{one.number} alerts could not leave by {one.channel}: {one.why}.",
                          "Correct it under [alerts]; what waits leaves by itself.")


def anchored(turn: Turn) -> Finding:
    settings = turn.settings.audit
    if settings.anchor_file or settings.anchor_url:
        return well("audit", "The last seal of the audit trail is written down outside of the database.")
    return warning("audit", "Nothing outside of the database knows the audit trail: if its end is cut off, nobody sees.",
                   "Set audit.anchor_file, on another machine's disk, or audit.anchor_url.")


def told(turn: Turn) -> Iterator[Finding]:
    for one in hooks.everyone(turn):
        if one.disabled_at:
            yield warning("webhooks", f"Webhook {one.id} is switched off: {one.disabled_why}.",
                          f"Correct its other end, then POST /api/v1/webhooks/{one.id}/enable.")
        elif one.failing_since:
            yield warning("webhooks", f"Webhook {one.id} has taken nothing for {lasting(turn.now - one.failing_since)}.",
                          f"GET /api/v1/webhooks/{one.id}/deliveries says why.")


def at_work(turn: Turn, health: system.Health) -> Iterator[Finding]:
    for name, door in DOORS.items():
        seen = health.pulses.get(name)
        if seen is None:
            yield warning(name, f"{door} has never been at work.", "Start `careward run`.")
        elif (ago := turn.now - seen) > AT_WORK_WITHIN:
            yield failure(name, f"{door} was last at work {lasting(ago)} ago.", "Start `careward run`.")
        else:
            yield well(name, f"{door} is at work.")


def waits(check: str, what: str, seconds: float | None) -> Finding:
    if seconds is None or seconds < WAITS:
        return well(check, f"No {what} waits for long.")
    said = f"The oldest {what} has waited for {lasting(timedelta(seconds=seconds))}."
    return (failure if seconds > WAITS_TOO_LONG else warning)(check, said, "Is `careward run` at work? Its log says why not.")


def lasting(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // 1440} days"

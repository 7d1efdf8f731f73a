"""What is around the clinic: Telegram, the address that staff type, the disk, the zones."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from care.heart.settings import Settings
from ops import telegram_api
from ops.backup.create import there
from ops.database import sqlite_file
from ops.doctor.finding import Finding, failure, skipped, warning, well

LITTLE, TOO_LITTLE = 2 * 1024**3, 200 * 1024**2  # bytes
MANY_WAIT = 100
LATELY = 3600  # seconds
HERE = ("127.0.0.1", "localhost", "::1")


async def token(settings: Settings, *, offline: bool) -> Finding:
    telegram = settings.telegram
    if not telegram.token:
        return failure("token", "telegram.token is missing.", "Put it into careward.secrets.toml; BotFather gives one.")
    if not telegram_api.TOKEN.fullmatch(telegram.token):
        return failure("token", "telegram.token is not a bot's token.", "Copy it again from BotFather.")
    if offline:
        return skipped("token", "Telegram was not asked (--offline).")
    try:
        bot = await telegram_api.get_me(telegram.token, telegram.api_base)
    except telegram_api.Unknown:
        return failure("token", "Telegram does not know telegram.token.", "Copy it again from BotFather.")
    except telegram_api.Unreachable:
        return warning("token", f"{telegram.api_base} cannot be reached.", "Check this machine's way to the internet.")
    return well("token", f"Telegram knows the bot: @{bot['username']}.")


async def intake(settings: Settings, *, offline: bool) -> Finding:
    """Updates come by polling or by webhook, never both."""
    telegram = settings.telegram
    if offline or not telegram_api.TOKEN.fullmatch(telegram.token):
        return skipped("intake", "Telegram was not asked.")
    try:
        told = await telegram_api.get_webhook_info(telegram.token, telegram.api_base)
    except (telegram_api.Unknown, telegram_api.Unreachable):
        return skipped("intake", "Telegram gave no answer.")
    if telegram.intake == "poll" and told.get("url"):
        return warning("intake", "telegram.intake is 'poll', but a webhook is set: patients' messages go there.",
                       "`careward run` removes the webhook; set telegram.intake = 'webhook' if it is yours.")
    if telegram.intake == "webhook" and told.get("url") != telegram.webhook_url:
        return warning("intake", "Telegram does not call telegram.webhook_url yet.", "`careward run` sets it.")
    if datetime.now(UTC).timestamp() - told.get("last_error_date", 0) < LATELY:
        return warning("intake", "Telegram could not deliver to the webhook within the last hour.",
                       "Check that telegram.webhook_url is reachable from outside, with a valid certificate.")
    if (waiting := told.get("pending_update_count", 0)) > MANY_WAIT:
        return warning("intake", f"{waiting} updates wait at Telegram.", "Start `careward run`, or see why it does not fetch.")
    return well("intake", f"Updates come by {'polling' if telegram.intake == 'poll' else 'webhook'}.")


def backups(settings: Settings, file: Path) -> Finding:
    """When the newest backup was made; a relative folder counts from the settings file."""
    backup = settings.backup
    if not backup.recipients:
        return warning("backups", "backup.recipients is empty: no backup is made.", "Run `careward backup key` and set it.")
    newest = next(iter(there(file.resolve().parent / backup.folder)), None)
    if newest is None:
        return warning("backups", f"There is no backup in {backup.folder} yet.", "Run `careward backup create`.")
    age = datetime.now(UTC).timestamp() - newest.stat().st_mtime
    if age > max(2 * backup.every_hours, 48) * 3600:
        return failure(
            "backups", f"The newest backup is {age / 86400:.0f} days old.", "Run `careward backup create`, and see why.")
    return well("backups", f"The newest backup is {age / 3600:.0f} hours old.")


def public_url(settings: Settings) -> Finding:
    """Passwords and patients' words travel to this address."""
    url = urlsplit(settings.staff.public_url)
    if url.scheme not in ("http", "https") or not url.hostname:
        return failure("public_url", f"staff.public_url is {settings.staff.public_url!r}.", "Give it as https://host.")
    if url.scheme == "http" and url.hostname not in HERE:
        return failure("public_url", "Staff reach the console without encryption.",
                       "Put a proxy with TLS in front, and give staff.public_url as https://...")
    if url.scheme == "http" and settings.staff.host not in HERE:
        return warning("public_url", f"The console listens on {settings.staff.host} without encryption.",
                       "Set staff.host = '127.0.0.1', or give the https address of a proxy in front as staff.public_url.")
    return well("public_url", f"Staff reach the console at {settings.staff.public_url}.")


def questions(settings: Settings) -> Finding:
    """Where health is asked about: in Telegram, or at an address that patients' phones must reach."""
    if not settings.checks.on_pages:
        return well("questions", "Check-ins and questionnaires are asked and answered in the Telegram chat.")
    if urlsplit(settings.staff.public_url).scheme != "https":
        return failure("questions", "Check-ins are on pages, and staff.public_url is no https address.",
                       "Put a proxy with TLS in front, and give its address.")
    address = f"{settings.staff.public_url.rstrip('/')}/page/"
    return well("questions", f"Check-ins and questionnaires are answered at {address}: let patients' phones reach it, and keep "
                             "what comes after it out of the proxy's log.")


def at_rest(settings: Settings) -> Finding:
    """Whether whoever has the disk, the file or a dump can read names and words."""
    if not settings.at_rest.key:
        return warning("at_rest", "Names, phones and words are kept in the clear in the database.",
                       "Run `careward seal key`, and put it into careward.secrets.toml and where this server is not.")
    if settings.at_rest.old_keys:
        return warning("at_rest", "Names and words are sealed; old keys are still in use, or still named.",
                       "When `careward seal status` names only the key of now, take them out of at_rest.old_keys.")
    return well("at_rest", "Names, phones and words are sealed in the database.")


def disk(settings: Settings) -> Finding:
    file = sqlite_file(settings.database.url)
    if file is None:
        return skipped("disk", "The database is on a server; its disk is watched there.")
    if not file.parent.is_dir():
        return failure("disk", f"There is no folder {file.parent}.", "Make it, or change database.url.")
    free = shutil.disk_usage(file.parent).free
    room = f"{free / 1024**3:.1f} GiB" if free >= 1024**3 else f"{free // 1024**2} MiB"
    said = f"{room} are free beside the database."
    if free < LITTLE:
        return (failure if free < TOO_LITTLE else warning)("disk", said, "Make room: a full disk stops the clinic.")
    return well("disk", said)


def zones(settings: Settings) -> Iterator[Finding]:
    zone = ZoneInfo(settings.clinic.time_zone)
    here = datetime.now(UTC).astimezone(zone)
    yield well("zones", f"In {settings.clinic.time_zone} it is {here:%H:%M}; zone data of {metadata.version('tzdata')}.")

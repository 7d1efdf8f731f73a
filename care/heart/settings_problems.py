"""What is missing or wrong in a clinic's settings, each in a sentence that says what would be right."""

from dataclasses import fields
from datetime import date, time
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from care.heart.settings import (
    LADDER,
    SEVERITIES,
    AlertSettings,
    AppointmentSettings,
    AtRestSettings,
    ClinicSettings,
    MedicineSettings,
    ObligationSettings,
    SendingSettings,
    Settings,
    SingleSignOnSettings,
    TelegramSettings,
)
from care.heart.time import OfficeHours
from care.sealing import WrongKey, bytes_of


def problems(settings: Settings) -> list[str]:
    """Everything that is missing or wrong, a sentence each, beginning with the setting's name."""
    clinic, telegram, found = settings.clinic, settings.telegram, []
    if not clinic.name.strip():
        found.append("clinic.name is missing: give the clinic's name, as patients know it.")
    if not (len(clinic.country) == 2 and clinic.country.isascii() and clinic.country.isupper()):
        found.append(f"clinic.country is {clinic.country!r}: give two capital letters, such as GB or ES.")
    if not clinic.languages:
        found.append("clinic.languages is empty: give at least one, such as [\"en\"].")
    try:
        ZoneInfo(clinic.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        found.append(f"clinic.time_zone is {clinic.time_zone!r}: give an IANA name, such as Europe/Madrid.")
    try:
        OfficeHours.read(clinic.office_hours)
    except ValueError as error:
        found.append(f"clinic.office_hours: {error}")
    if clinic.reply_within_minutes < 1:
        found.append("clinic.reply_within_minutes must be 1 or more.")
    found += _calendar_problems(clinic) + _obligation_problems(settings.obligations) + _alert_problems(settings.alerts)
    if not settings.database.url.startswith(("sqlite:///", "postgresql://", "postgresql+asyncpg://")):
        found.append("database.url must begin with sqlite:/// or postgresql://.")
    if telegram.intake not in ("poll", "webhook"):
        found.append(f"telegram.intake is {telegram.intake!r}: give 'poll' or 'webhook'.")
    if telegram.intake == "webhook":
        found.extend(_webhook_problems(telegram))
    if settings.retention.raw_updates_days < 2:  # Telegram may deliver one again for a day
        found.append("retention.raw_updates_days must be 2 or more.")
    found += [f"retention.{one.name} must be 0 or more." for one in fields(settings.retention)
              if getattr(settings.retention, one.name) < 0]
    found += _key_problems(settings.at_rest)
    if settings.audit.key and len(settings.audit.key) < 32:
        found.append("audit.key must have at least 32 characters.")
    if settings.audit.anchor_url and not settings.audit.anchor_url.startswith("https://"):
        found.append("audit.anchor_url must begin with https://.")
    if settings.backup.every_hours < 0 or settings.backup.keep < 0:
        found.append("backup.every_hours and backup.keep must be 0 or more.")
    found.extend(_single_sign_on_problems(settings.single_sign_on))
    found.extend(_times_of_day(settings.medicines))
    found.extend(_appointment_problems(settings.appointments))
    for proxy in settings.staff.trusted_proxies:
        try:
            ip_address(proxy)
        except ValueError:
            found.append(f"staff.trusted_proxies has {proxy!r}: give IP addresses, such as 127.0.0.1.")
    for network in settings.webhooks.private_networks:
        try:
            ip_network(network)
        except ValueError:
            found.append(f"webhooks.private_networks has {network!r}: give networks, such as 10.1.2.0/24.")
    if settings.staff.requests_a_minute < 0 or settings.staff.exports_an_hour < 0:
        found.append("staff.requests_a_minute and staff.exports_an_hour must be 0 or more.")
    if not 0 <= settings.checks.prompt_again_hours <= 23:
        found.append("checks.prompt_again_hours must be 0 to 23.")
    if not 1 <= settings.checks.call_after <= settings.checks.rest_after:
        found.append("checks.call_after must be 1 or more, and not more than checks.rest_after.")
    found += _question_problems(settings)
    if settings.lessons.folder and not Path(settings.lessons.folder).is_dir():
        found.append(f"lessons.folder is {settings.lessons.folder!r}: give a folder with a folder for each lesson.")
    if settings.words.without_approval not in ("shown", "held"):
        found.append(f"words.without_approval is {settings.words.without_approval!r}: give 'shown' or 'held'.")
    if settings.words.thresholds_by not in ("two", "one"):
        found.append(f"words.thresholds_by is {settings.words.thresholds_by!r}: give 'two' or 'one'.")
    if settings.words.thresholds_by == "one" and settings.words.without_approval == "held":
        found.append("words.thresholds_by is 'one', and words.without_approval is 'held': nothing is used unapproved, so give "
                     "'two'.")
    found.extend(_sending_problems(settings.sending))
    if len(settings.staff.secret) < 32:
        found.append("staff.secret must have at least 32 characters; `careward init` makes one.")
    return found


def _question_problems(settings: Settings) -> list[str]:
    if settings.checks.questions_in not in ("chat", "page"):
        return [f"checks.questions_in is {settings.checks.questions_in!r}: give 'chat' or 'page'."]
    if settings.checks.on_pages and not settings.staff.public_url.startswith("https://") and not settings.demo:
        return ["checks.questions_in = 'page' needs staff.public_url to be an https address that patients' phones reach."]
    return []


def _appointment_problems(appointments: AppointmentSettings) -> list[str]:
    found = [f"appointments.{name} must be 1 or more." for name in ("hold_minutes", "offer_to", "offer_minutes")
             if getattr(appointments, name) < 1]
    hours = appointments.remind_hours
    if len(set(hours)) != len(hours) or not all(one.isdecimal() and 1 <= int(one) <= 24 * 14 for one in hours):
        found.append('appointments.remind_hours must be different hours from 1 to 336, such as ["24", "2"].')
    if appointments.video_link and not (appointments.video_link.startswith("https://") and "{room}" in appointments.video_link):
        found.append("appointments.video_link must be an https address with {room} in it, such as https://meet.jit.si/{room}.")
    if not 1 <= appointments.video_minutes <= 120:
        found.append("appointments.video_minutes must be 1 to 120.")
    for name in ("questions_hours", "brief_hours"):
        if not 0 <= getattr(appointments, name) <= 24 * 14:
            found.append(f"appointments.{name} must be 0 to 336.")
    if appointments.call_after_hours < 0:
        found.append("appointments.call_after_hours must be 0 or more.")
    return found


def _calendar_problems(clinic: ClinicSettings) -> list[str]:
    found = []
    for name in ("closed_on", "open_on"):
        for day in getattr(clinic, name):
            try:
                date.fromisoformat(day)
            except ValueError:
                found.append(f"clinic.{name} has {day!r}: give days such as 2026-12-24.")
    return found


def _obligation_problems(obligations: ObligationSettings) -> list[str]:
    found = [f"obligations.{one.name} must be 1 or more." for one in fields(obligations)
             if one.name.endswith("_minutes") and getattr(obligations, one.name) < 1]
    for severity in SEVERITIES:
        ladder = obligations.ladder(severity)
        if "everyone" not in ladder or set(ladder) - set(LADDER):
            found.append(f"obligations.{severity}_ladder may name {', '.join(LADDER)}; everyone must be among them.")
    if obligations.rota_covers not in ("office_hours", "always"):
        found.append(f"obligations.rota_covers is {obligations.rota_covers!r}: give 'office_hours' or 'always'.")
    return found


def _alert_problems(alerts: AlertSettings) -> list[str]:
    found = []
    if alerts.from_severity not in SEVERITIES:
        found.append(f"alerts.from_severity is {alerts.from_severity!r}: give emergency, urgent or routine.")
    if alerts.smtp_security not in ("starttls", "tls", "none"):
        found.append(f"alerts.smtp_security is {alerts.smtp_security!r}: give 'starttls', 'tls' or 'none'.")
    if alerts.smtp_host and alerts.email_from.count("@") != 1:
        found.append("alerts.email_from must be an address, such as careward@clinic.example.")
    if alerts.email_to and not alerts.smtp_host:
        found.append("alerts.smtp_host is missing: without a mail server alerts.email_to gets nothing.")
    if alerts.sms_to and not alerts.sms_url:
        found.append("alerts.sms_url is missing: without a gateway alerts.sms_to gets nothing.")
    if alerts.sms_url and not ("{to}" in alerts.sms_body and "{text}" in alerts.sms_body):
        found.append("alerts.sms_body must have {to} and {text} in it.")
    for name in ("sms_url", "webhook_url", "alive_url"):
        address = urlsplit(getattr(alerts, name))
        here = address.scheme == "http" and address.hostname in ("127.0.0.1", "localhost", "::1")
        if any(address) and not (address.hostname and (address.scheme == "https" or here)):
            found.append(f"alerts.{name} must begin with https://.")
    if alerts.webhook_url and len(alerts.webhook_secret) < 24:
        found.append("alerts.webhook_secret must have at least 24 characters.")
    return found


def _sending_problems(sending: SendingSettings) -> list[str]:
    found = []
    if not 1 <= sending.unasked_a_day <= 20:
        found.append("sending.unasked_a_day must be 1 to 20.")
    if sending.second_person_above < 0:
        found.append("sending.second_person_above must be 0 or more.")
    if sending.paid_a_second and not 31 <= sending.paid_a_second <= 1000:
        found.append("sending.paid_a_second must be 0, or 31 to 1000.")
    return found


def _times_of_day(clock: MedicineSettings) -> list[str]:
    names = [part.name for part in fields(clock)]
    try:
        times = [time.fromisoformat(getattr(clock, name)) for name in names]
    except ValueError:
        return [f"medicines: {', '.join(names)} must be times such as 08:00."]
    return [] if times == sorted(set(times)) else [f"medicines: {', '.join(names)} must come one after the other."]


def _webhook_problems(telegram: TelegramSettings) -> list[str]:
    found = []
    if not telegram.webhook_url.startswith("https://"):
        found.append("telegram.webhook_url must be the public https address that Telegram calls.")
    allowed = telegram.webhook_secret.replace("_", "").replace("-", "")
    if not (32 <= len(telegram.webhook_secret) <= 256 and allowed.isascii() and allowed.isalnum()):
        found.append("telegram.webhook_secret must have 32 to 256 characters of A-Z a-z 0-9 _ -.")
    return found


def _single_sign_on_problems(sso: SingleSignOnSettings) -> list[str]:
    if not sso.issuer:
        return []
    url, found = urlsplit(sso.issuer), []
    if url.scheme != "https" and url.hostname not in ("127.0.0.1", "localhost"):
        found.append("single_sign_on.issuer must begin with https://.")
    if not (sso.client_id and sso.client_secret):
        found.append("single_sign_on.client_id and client_secret are missing: the provider gives both.")
    if "openid" not in sso.scopes:
        found.append("single_sign_on.scopes must have openid.")
    return found


def _key_problems(at_rest: AtRestSettings) -> list[str]:
    """Which is wrong, and never what it is."""
    found = [] if at_rest.key or not at_rest.old_keys else ["at_rest.key is missing, and there are old keys: one must seal."]
    for name, key in [("key", at_rest.key), *(("old_keys", one) for one in at_rest.old_keys)]:
        try:
            if key or name != "key":
                bytes_of(key)
        except WrongKey as error:
            found.append(f"at_rest.{name}: give {error}.")
    return found

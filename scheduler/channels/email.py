"""Alerts by e-mail, handed to the clinic's own mail server."""

import asyncio
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime

from care.alerts import Alert
from care.heart.settings import AlertSettings, Settings
from scheduler.channels.refused import Refused

TIMEOUT = 20.0  # seconds


class Email:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings.alerts

    async def send(self, alert: Alert) -> None:
        if not self._settings.smtp_host:
            raise Refused("alerts.smtp_host is not set")
        try:
            letter = written(alert, self._settings.email_from)
        except ValueError:
            raise Refused("the address cannot be written to") from None
        await asyncio.to_thread(hand_in, self._settings, letter)


def written(alert: Alert, sender: str) -> EmailMessage:
    """The letter. Sent twice it has the same id, so that it can be shown once."""
    letter = EmailMessage()
    letter["Subject"], letter["From"], letter["To"] = alert.subject, sender, alert.address
    letter["Date"] = format_datetime(alert.created_at)
    letter["Message-ID"] = f"<alert-{alert.id}.{alert.created_at:%Y%m%d%H%M%S}@{sender.partition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    if alert.severity == "emergency":
        letter["Importance"], letter["X-Priority"] = "high", "1"
    letter.set_content(alert.text)
    return letter


def hand_in(settings: AlertSettings, letter: EmailMessage) -> None:
    """Speak SMTP. Blocks. A wrong password, or sender, or machine is not a refusal: once it is put right, what waits will
    leave."""
    try:
        with _connected(settings) as server:
            if settings.smtp_security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.smtp_user:
                server.login(settings.smtp_user, settings.smtp_password)
            server.send_message(letter)
    except smtplib.SMTPRecipientsRefused as refused:
        code, words = next(iter(refused.recipients.values()))
        _answered(code, words)
    except smtplib.SMTPAuthenticationError as error:
        raise RuntimeError(f"the mail server refuses alerts.smtp_user ({error.smtp_code})") from None
    except smtplib.SMTPSenderRefused as error:
        raise RuntimeError(f"the mail server refuses alerts.email_from ({error.smtp_code})") from None
    except (smtplib.SMTPConnectError, smtplib.SMTPHeloError) as error:
        raise RuntimeError(f"the mail server takes nothing from this machine ({error.smtp_code})") from None
    except smtplib.SMTPResponseException as error:
        _answered(error.smtp_code, error.smtp_error)


def _connected(settings: AlertSettings) -> smtplib.SMTP:
    if settings.smtp_security == "tls":
        return smtplib.SMTP_SSL(
            settings.smtp_host, settings.smtp_port, timeout=TIMEOUT, context=ssl.create_default_context())
    return smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT)


def _answered(code: int, words: bytes | str) -> None:
    said = words.decode(errors="replace") if isinstance(words, bytes) else words
    if code >= 500:
        raise Refused(f"{code} {said}")
    raise RuntimeError(f"{code} {said}")

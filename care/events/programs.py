"""Events of programs elsewhere: webhooks, and what is taken out of the clinic as a file."""

from dataclasses import dataclass

from care.heart.event import Event


@dataclass(frozen=True)
class WebhookAdded(Event):
    webhook_id: int


@dataclass(frozen=True)
class WebhookChanged(Event):
    webhook_id: int


@dataclass(frozen=True)
class WebhookSecretRotated(Event):
    webhook_id: int


@dataclass(frozen=True)
class WebhookTried(Event):
    """Somebody wants to see whether it arrives; it is told to this one alone."""

    webhook_id: int


@dataclass(frozen=True)
class WebhookDisabled(Event):
    """Nothing arrived for days, or it said that it is gone, or a person paused it."""

    webhook_id: int


@dataclass(frozen=True)
class WebhookEnabled(Event):
    webhook_id: int


@dataclass(frozen=True)
class WebhookRemoved(Event):
    webhook_id: int


@dataclass(frozen=True)
class Exported(Event):
    """Records left as a file: of one patient, or of everyone whom that person sees."""

    export: str

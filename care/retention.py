"""How long what is not a patient's record is kept. The record itself (what was said, asked, answered, ordered and done) stays
until the patient is erased: see care/erasure.py.

To add a category: a setting `<name>_days` in RetentionSettings, and a line in CATEGORIES.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, and_, delete, exists, func, select

from care.heart.settings import RetentionSettings
from care.heart.turn import Turn
from care.tables import (
    alerts,
    chat_links,
    escalation_steps,
    escalations,
    files,
    idempotency_keys,
    inbox,
    invitations,
    patient_messages,
    question_pages,
    setup_links,
    sign_in_failures,
    staff_sessions,
    webhook_deliveries,
)
from care.tables import chats as chats_table

AT_ONCE = 500  # rows a turn
Old = Callable[[Any], ColumnElement[bool]]  # given the moment before which it is too old


@dataclass(frozen=True)
class Category:
    """Rows of one table that are kept for `<name>_days` of the settings; 0: for ever."""

    name: str
    what: str
    table: sa.Table
    old: Old
    among: ColumnElement[bool] | None = None  # of a large table: its oldest rows have the smallest ids, and only they are seen
    along: tuple["sa.Column[Any]", ...] = ()  # rows that point to them go with them: the columns that do
    kept_as: str = ""  # the category whose days these are, if not their own

    def days(self, settings: RetentionSettings) -> int:
        return int(getattr(settings, f"{self.kept_as or self.name}_days"))


STRANGER = ~exists().where(chat_links.c.chat_id == patient_messages.c.chat_id)
SETTLED = ~exists().where(escalations.c.chat_id == patient_messages.c.chat_id, escalations.c.resolved_at.is_(None))

CATEGORIES = (
    Category("raw_updates", "updates as they came from Telegram, once handled", inbox,
             lambda before: and_(inbox.c.outcome == "done", inbox.c.received_at < before), among=inbox.c.outcome == "done"),
    Category("strangers", "what was written by people who never became patients", patient_messages,
             lambda before: and_(patient_messages.c.patient_id.is_(None), patient_messages.c.at < before, STRANGER, SETTLED),
             along=(files.c.message_id,)),
    Category("strangers_obligations", "what a person had to do about them, with their words", escalations,
             lambda before: and_(
                 escalations.c.patient_id.is_(None), escalations.c.resolved_at < before, ~exists().where(
                     chat_links.c.chat_id == escalations.c.chat_id), escalations.c.chat_id.is_not(None)),
             along=(escalation_steps.c.escalation_id, alerts.c.escalation_id), kept_as="strangers"),
    Category("chats", "what we know of chats that are nobody's", chats_table,
             lambda before: and_(chats_table.c.first_seen_at < before, chats_table.c.invitation_id.is_(None), ~exists().where(
                 chat_links.c.chat_id == chats_table.c.chat_id), ~exists().where(
                     patient_messages.c.chat_id == chats_table.c.chat_id))),
    Category("invitations", "invitations that were used, withdrawn or never taken up", invitations,
             lambda before: and_(invitations.c.expires_at < before, ~exists().where(
                 chats_table.c.invitation_id == invitations.c.id))),
    Category("alerts", "alerts that left by mail, SMS or webhook", alerts,
             lambda before: and_(alerts.c.outcome.is_not(None), alerts.c.settled_at < before)),
    Category("sign_ins", "failed attempts to sign in", sign_in_failures, lambda before: sign_in_failures.c.at < before),
    Category("sessions", "sessions of staff that are over", staff_sessions,
             lambda before: staff_sessions.c.expires_at < before),
    Category("question_pages", "links to pages of questions", question_pages,
             lambda before: question_pages.c.expires_at < before),
    Category("setup_links", "one-time links for staff", setup_links, lambda before: setup_links.c.expires_at < before),
    Category("webhook_deliveries", "what webhooks were told, once it has arrived or was given up", webhook_deliveries,
             lambda before: and_(webhook_deliveries.c.outcome.is_not(None), webhook_deliveries.c.settled_at < before)),
    Category("answers_to_programs", "answers kept for requests that are repeated", idempotency_keys,
             lambda before: idempotency_keys.c.at < before),
)


def counted(turn: Turn) -> dict[str, int]:
    """How many rows of each category are older than the clinic keeps them. Changes nothing."""
    return {one.name: turn.db.scalar(select(func.count()).select_from(one.table).where(_too_old(turn, one))) or 0
            for one in CATEGORIES}


def prune_some(turn: Turn) -> int:
    """Remove some of what is older than the clinic keeps it, of the first category that has any; returns how many rows."""
    return next(filter(None, (prune(turn, category) for category in CATEGORIES)), 0)


def prune(turn: Turn, category: Category, most: int = AT_ONCE) -> int:
    """Remove up to `most` rows that are older than the clinic keeps them; returns how many."""
    key = list(category.table.primary_key.columns)
    old = select(*key).where(_too_old(turn, category)).limit(most)
    if category.among is not None:
        number = category.table.c.id
        old = old.where(number.in_(list(turn.db.scalars(select(number).where(category.among).order_by(number).limit(most)))))
    if category.along:
        these = key[0].in_(list(turn.db.scalars(old)))
        for column in category.along:
            turn.db.execute(delete(column.table).where(column.in_(select(key[0]).where(these))))
    else:
        these = key[0].in_(old) if len(key) == 1 else sa.tuple_(*key).in_(old)
    return turn.db.execute(delete(category.table).where(these)).rowcount


def _too_old(turn: Turn, category: Category) -> ColumnElement[bool]:
    days = category.days(turn.settings.retention)
    return category.old(turn.now - timedelta(days=days)) if days else sa.false()

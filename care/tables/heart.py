"""What the heart files: updates as they came, messages to leave, the journal, the pulse of what runs by the clock."""

import sqlalchemy as sa

from care.sealing import Sealed, SealedJSON
from care.tables.base import Id, Moment, metadata, only, patient_id

# Updates as they came, in the order they came. No outcome yet: still to be handled.
inbox = sa.Table(
    "inbox", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("bot_id", Id, nullable=False),
    sa.Column("update_id", Id, nullable=False),
    sa.Column("chat_id", Id),
    sa.Column("raw", SealedJSON("inbox.raw"), nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False, default=0),
    sa.Column("error", Sealed("inbox.error")),  # it may repeat what was written
    sa.Column("outcome", sa.Text),  # done, quarantined
    sa.UniqueConstraint("bot_id", "update_id"),
    only("ix_inbox_waiting", "chat_id", "id", where="outcome IS NULL"),
    only("ix_inbox_quarantined", "id", where="outcome = 'quarantined'"),
)

# Messages waiting to leave, and afterwards the record of what was said. No outcome yet: still to leave.
outbox = sa.Table(
    "outbox", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(nullable=True),
    sa.Column("chat_id", Id, nullable=False),
    sa.Column("lane", sa.SmallInteger, nullable=False),
    sa.Column("topic", sa.Text, nullable=False),
    sa.Column("author", sa.Text),  # a person on staff; else the bot itself
    sa.Column("because", sa.Text),  # what made us send it, as care/reasons.py reads it; none: it answers the patient
    sa.Column("text", Sealed("outbox.text", alike=True), nullable=False),
    sa.Column("entities", sa.JSON(none_as_null=True)),  # what of it stands out: [kind, offset, length]
    sa.Column("buttons", SealedJSON("outbox.buttons"), nullable=False),  # rows of [label, data]
    sa.Column("placeholder", sa.Text),
    sa.Column("picture", sa.JSON(none_as_null=True)),  # what to draw, see care/trends.py; the text is its caption then
    sa.Column("attachment", Id),  # a file that goes with it; the text is its caption then
    sa.Column("edits", Id),  # the Telegram message that this one takes the place of
    sa.Column("closes", Id),  # ... or the outbox row whose message it takes the place of
    sa.Column("once", sa.Text, unique=True),
    sa.Column("broadcast_id", Id, sa.ForeignKey("broadcasts.id")),  # what it is part of: it waits and ends with that
    sa.Column("unprompted", sa.Boolean),  # true, unless it was said in answer to the chat itself
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("not_before", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("claimed_at", Moment),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),  # also the fence: a lost claim has an old number
    sa.Column("outcome", sa.Text),  # sent, unknown, failed, expired, suppressed, undone
    sa.Column("why", sa.Text),
    sa.Column("settled_at", Moment),
    sa.Column("telegram_id", Id),
    sa.Column("page_id", Id),  # the page of our own where it stands, instead of in the chat: see care/question_pages.py
    only("ix_outbox_waiting", "chat_id", "lane", "id", where="outcome IS NULL"),
    only("ix_outbox_due", "lane", "not_before", "id", where="outcome IS NULL"),
    sa.Index("ix_outbox_patient_id", "patient_id", "id"),
    only("ix_outbox_broadcast_id", "broadcast_id", where="outcome IS NULL AND broadcast_id IS NOT NULL"),
    only("ix_outbox_lately", "patient_id", "settled_at", where="settled_at IS NOT NULL"),
    only("ix_outbox_unasked_settled", "settled_at", where="lane = 3 AND settled_at IS NOT NULL"),
)

# The append-only journal: audit trail and live feed of the staff console. Ids and keys, never a patient's words.
VISIT_EVENTS = (
    "AppointmentRequested", "AppointmentBooked", "AppointmentMoved", "AppointmentRefused", "AppointmentCancelled",
    "AppointmentConfirmed", "AppointmentArrived", "AppointmentFulfilled", "AppointmentMissed")
OF_VISITS = f"kind IN ({', '.join(repr(kind) for kind in VISIT_EVENTS)})"

events = sa.Table(
    "events", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("patient_id", Id),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("origin", sa.Text),  # from where, for what came in by the staff's door: an address and a request
    sa.Column("xid", sa.BigInteger),  # PostgreSQL: the transaction, so that a reader never passes one still open
    sa.Index("ix_events_patient_id", "patient_id", "id"),
    only("ix_events_of_visits", "id", where=OF_VISITS),
)

pulses = sa.Table(
    "pulses", metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("at", Moment, nullable=False),
)

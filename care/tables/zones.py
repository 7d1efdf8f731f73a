"""Numbers that staff have set for the zones, and readings that wait to be taken again."""

import sqlalchemy as sa

from care.sealing import Sealed
from care.tables.base import Id, Moment, metadata, only, patient_id

# A number in the place of the one in content/check_ins: for the whole clinic, or for one patient, which goes before.
thresholds = sa.Table(
    "thresholds", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(nullable=True),  # none: for the whole clinic
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("number", sa.Float, nullable=False),
    sa.Column("set_by", sa.Text, nullable=False),
    sa.Column("set_at", Moment, nullable=False),
    sa.Column("removed_by", sa.Text),
    sa.Column("removed_at", Moment),
    only("uq_thresholds_patient", "patient_id", "name", where="patient_id IS NOT NULL AND removed_at IS NULL", unique=True),
    only("uq_thresholds_clinic", "name", where="patient_id IS NULL AND removed_at IS NULL", unique=True),
)

# An answer that a person must see unless it is measured again in time. A row is there until one or the other has happened.
second_readings = sa.Table(
    "second_readings", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("conversation_id", Id, sa.ForeignKey("conversations.id"), nullable=False),
    sa.Column("chat_id", Id, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("reason", Sealed("second_readings.reason"), nullable=False),
    sa.Column("value", Sealed("second_readings.value"), nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.UniqueConstraint("conversation_id", "key"),
    sa.Index("ix_second_readings_due_at", "due_at"),
)

"""Patients, the chats they write from, how they were invited, and what they agreed to."""

import sqlalchemy as sa

from care.sealing import Sealed, SealedDate
from care.tables.base import Id, Moment, metadata, only, patient_id

patients = sa.Table(
    "patients", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", Sealed("patients.name"), nullable=False),
    sa.Column("date_of_birth", SealedDate("patients.date_of_birth"), nullable=False),
    sa.Column("born_from", sa.SmallInteger, nullable=False),  # the first of the five years that it is in, see cohorts.py
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("country", sa.Text, nullable=False),
    sa.Column("time_zone", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # invited, active, left
    sa.Column("consented", sa.Boolean, nullable=False),  # the open row in `consents`, kept here for the gate
    sa.Column("reachable", sa.Boolean, nullable=False),
    sa.Column("reminders", sa.Boolean, nullable=False),
    sa.Column("paused_until", Moment),
    sa.Column("most_a_day", sa.SmallInteger),  # messages that they did not ask for, as they wish; none: as the clinic has it
    sa.Column("situation", sa.Text),  # the kind of the open row in `situations`, kept here for the gate
    sa.Column("held_until", Moment),  # the end of the open row in `holds`, kept here for the gate
    sa.Column("site_id", Id, sa.ForeignKey("sites.id")),
    sa.Column("created_at", Moment, nullable=False),
    sa.CheckConstraint("state IN ('invited', 'active', 'left')", name="state"),
    sa.Index("ix_patients_name", "name", "id"),
)

# What happened to a patient that changes everything to come: see care/situations.py.
situations = sa.Table(
    "situations", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("until", sa.Date),  # when it is expected to end
    sa.Column("note", Sealed("situations.note"), nullable=False),
    sa.Column("zone_before", sa.Text),
    sa.Column("ended_plans", sa.JSON, nullable=False),  # ids of care plans, for undoing
    sa.Column("asked_at", Moment),  # a person was asked whether it has ended
    sa.Column("ended_at", Moment),
    sa.Column("undone_at", Moment),
    sa.Column("undone_by", sa.Text),
    sa.CheckConstraint(
        "kind IN ('in_hospital', 'travelling', 'transferred', 'deceased', 'pregnancy_loss')", name="kind"),
    only("uq_situations_open", "patient_id", where="ended_at IS NULL", unique=True),
    sa.Index("ix_situations_patient_id", "patient_id", "id"),
)

# A chat is not a patient: a carer may hold several patients, a patient may change phones.
chat_links = sa.Table(
    "chat_links", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("chat_id", Id, nullable=False),
    patient_id(),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("linked_at", Moment, nullable=False),
    sa.Column("cut_at", Moment),
    sa.Column("cut_by", sa.Text),
    sa.CheckConstraint("role IN ('self', 'carer')", name="role"),
    only("uq_chat_links_open", "chat_id", "patient_id", where="cut_at IS NULL", unique=True),
    only("uq_chat_links_own_phone", "patient_id", where="cut_at IS NULL AND role = 'self'", unique=True),
    sa.Index("ix_chat_links_patient_id", "patient_id"),
)

# What we know of a chat before, or without, knowing whose it is.
chats = sa.Table(
    "chats", metadata,
    sa.Column("chat_id", Id, primary_key=True, autoincrement=False),
    sa.Column("language", sa.Text),
    sa.Column("invitation_id", Id, sa.ForeignKey("invitations.id")),  # the one being taken up
    sa.Column("step", sa.Text),  # of enrolment: what was asked last
    sa.Column("wrong_links", sa.Integer, nullable=False, default=0),
    sa.Column("wrong_links_since", Moment),
    sa.Column("carded_at", Moment),  # when the safety card was last shown
    sa.Column("first_seen_at", Moment, nullable=False),
)

invitations = sa.Table(
    "invitations", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("wrong_dates", sa.Integer, nullable=False, default=0),
    sa.Column("closed_at", Moment),  # used, withdrawn, or locked after too many wrong dates of birth
    sa.Column("closed_why", sa.Text),
    sa.Column("used_by_chat", Id),
    sa.Index("ix_invitations_patient_id", "patient_id"),
)

consents = sa.Table(
    "consents", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("version", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("chat_id", Id, nullable=False),
    sa.Column("given_at", Moment, nullable=False),
    sa.Column("withdrawn_at", Moment),
    only("uq_consents_open", "patient_id", where="withdrawn_at IS NULL", unique=True),
)

# How people reach a patient by other ways than the chat. One row; what stood there before is in no journal.
patient_contacts = sa.Table(
    "patient_contacts", metadata,
    sa.Column("patient_id", Id, sa.ForeignKey("patients.id"), primary_key=True, autoincrement=False),
    sa.Column("phone", Sealed("patient_contacts.phone")),
    sa.Column("address", Sealed("patient_contacts.address")),
    sa.Column("emergency_name", Sealed("patient_contacts.emergency_name")),
    sa.Column("emergency_relation", Sealed("patient_contacts.emergency_relation")),
    sa.Column("emergency_phone", Sealed("patient_contacts.emergency_phone")),
    sa.Column("emergency_may_call", sa.Boolean),  # the patient has agreed, or has not; unknown if nobody asked
    sa.Column("changed_at", Moment, nullable=False),
    sa.Column("changed_by", Id, sa.ForeignKey("staff.id")),
)

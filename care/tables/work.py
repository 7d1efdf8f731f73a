"""What a person must do, and who the people are."""

import sqlalchemy as sa

from care.sealing import Sealed, SealedJSON
from care.tables.base import Id, Moment, metadata, only, patient_id

# An obligation, not an unread mark: while it is open, there is a next action.
escalations = sa.Table(
    "escalations", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(nullable=True),  # someone who is not enrolled may be in danger too
    sa.Column("chat_id", Id),
    sa.Column("kind", sa.Text, nullable=False),  # the rule or event behind it: the same trouble joins the open one
    sa.Column("severity", sa.SmallInteger, nullable=False),
    sa.Column("reason", Sealed("escalations.reason"), nullable=False),
    sa.Column("value", Sealed("escalations.value")),  # what triggered it
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("waiting_since", Moment, nullable=False),
    sa.Column("answered_at", Moment),  # a human's answer; cleared when the patient writes again
    sa.Column("due_at", Moment, nullable=False),  # by when a person must have acted
    sa.Column("resolve_by", Moment, nullable=False),  # by when it must be closed
    sa.Column("next_action_at", Moment),  # when we say so again, if nobody has
    sa.Column("owner_id", Id, sa.ForeignKey("staff.id")),  # whose it is; nobody's in particular: the whole team's
    sa.Column("pool_id", Id, sa.ForeignKey("pools.id")),  # where it belongs, whoever of them has it
    sa.Column("opened_up", sa.Boolean, nullable=False, server_default=sa.false()),  # others than its pool have been called
    sa.Column("snoozed_until", Moment),
    sa.Column("or_reply", sa.Boolean, nullable=False, server_default=sa.false()),  # ... or once the patient is heard
    sa.Column("rung", sa.SmallInteger, nullable=False, default=0),  # of the ladder: how many have been called, or passed over
    sa.Column("exhausted_at", Moment),  # when all had been called, and nobody had taken it on
    sa.Column("felt", sa.SmallInteger, nullable=False, server_default="1"),  # by the patient: 0 urgent, 2 it can wait
    sa.Column("reports", sa.Integer, nullable=False, default=1),
    sa.Column("acknowledged_by", Id, sa.ForeignKey("staff.id")),
    sa.Column("acknowledged_at", Moment),
    sa.Column("resolved_by", Id, sa.ForeignKey("staff.id")),
    sa.Column("resolved_at", Moment),
    sa.Column("outcome", sa.Text),
    sa.Column("note", Sealed("escalations.note")),
    sa.CheckConstraint("resolved_at IS NOT NULL OR next_action_at IS NOT NULL", name="open_has_a_next_action"),
    sa.CheckConstraint(  # but what a patient asked for, calmly, and wants no more
        "resolved_at IS NULL OR resolved_by IS NOT NULL OR (outcome = 'settled' AND severity = 2)", name="closed_by_a_person"),
    sa.CheckConstraint("resolved_at IS NULL OR outcome IS NOT NULL", name="closed_with_evidence"),
    only("uq_escalations_patient_trouble", "patient_id", "kind", unique=True,
         where="resolved_at IS NULL AND patient_id IS NOT NULL"),
    only("uq_escalations_stranger_trouble", "chat_id", "kind", unique=True,
         where="resolved_at IS NULL AND patient_id IS NULL"),
    only("uq_escalations_own_trouble", "kind", unique=True,  # of the clinic itself, about nobody
         where="resolved_at IS NULL AND patient_id IS NULL AND chat_id IS NULL"),
    only("ix_escalations_exhausted", "severity", "id", where="resolved_at IS NULL AND exhausted_at IS NOT NULL"),
    only("ix_escalations_owner_id", "owner_id", where="resolved_at IS NULL"),
    only("ix_escalations_pool_id", "pool_id", where="resolved_at IS NULL"),
    only("ix_escalations_resolved_at", "resolved_at", where="resolved_at IS NOT NULL"),
    only("ix_escalations_open", "severity", "waiting_since", "id", where="resolved_at IS NULL"),
    only("ix_escalations_next_action", "next_action_at", where="resolved_at IS NULL"),
    sa.Index("ix_escalations_patient_id", "patient_id", "id"),
)

# What was done about it, step by step, and by whom; no one: by the clock.
escalation_steps = sa.Table(
    "escalation_steps", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("escalation_id", Id, sa.ForeignKey("escalations.id"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),  # see care/escalations.py
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id")),
    sa.Column("to_staff_id", Id, sa.ForeignKey("staff.id")),
    sa.Column("to_pool_id", Id, sa.ForeignKey("pools.id")),
    sa.Column("people", sa.JSON(none_as_null=True)),  # ids of those who were called
    sa.Column("words", Sealed("escalation_steps.words")),  # a reason, the rung that was called, the step that was ticked
    sa.Index("ix_escalation_steps_escalation_id", "escalation_id", "id"),
)

staff = sa.Table(
    "staff", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("email", sa.Text, nullable=False, unique=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("phone", Sealed("staff.phone")),  # for alerts by SMS
    sa.Column("role", sa.Text, nullable=False),  # see care/roles.py
    sa.Column("reach", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.CheckConstraint("reach IN ('clinic', 'sites', 'caseload')", name="reach"),
)

staff_sessions = sa.Table(
    "staff_sessions", metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("csrf", sa.Text, nullable=False),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("proved_at", Moment, nullable=False),  # when they last showed that it is them
    sa.Column("code_needed", sa.Boolean, nullable=False),  # the password was right; it is no session before a code is too
    sa.Column("ended_at", Moment),
    sa.Column("provider", sa.Text),  # the issuer of whoever let them in; none: a password did
    sa.Column("provider_session", sa.Text),  # what that calls the session there, if it says so
    sa.Column("challenge", sa.Text),  # what a passkey was asked last, and for what; it may answer once
    sa.Column("challenged_at", Moment),
)

setup_links = sa.Table(
    "setup_links", metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
    sa.Column("email", sa.Text),  # for whom; nobody in particular: the first person
    sa.Column("role", sa.Text),
    sa.Column("reach", sa.Text),
    sa.Column("invited_by", sa.Text),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id")),  # of somebody who is on staff, and gets a new password
)

sign_in_failures = sa.Table(
    "sign_in_failures", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Index("ix_sign_in_failures_email", "email", "at"),
    sa.Index("ix_sign_in_failures_address", "address", "at"),
)

api_keys = sa.Table(
    "api_keys", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("secret_hash", sa.Text, nullable=False, unique=True),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment),
    sa.Column("used_at", Moment),
    sa.Column("revoked_at", Moment),
)

idempotency_keys = sa.Table(
    "idempotency_keys", metadata,
    sa.Column("actor", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),
    sa.Column("request_hash", sa.Text, nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("body", SealedJSON("idempotency_keys.body"), nullable=False),
    sa.Column("at", Moment, nullable=False),
    patient_id(nullable=True),  # of whom the answer tells
    sa.Index("ix_idempotency_keys_at", "at"),
    only("ix_idempotency_keys_patient_id", "patient_id", where="patient_id IS NOT NULL"),
)

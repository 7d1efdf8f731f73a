"""Copies of their record that patients take: by a link that is kept only as a hash, and opens once."""

import sqlalchemy as sa

from care.tables.base import Id, Moment, metadata, only, patient_id

record_copies = sa.Table(
    "record_copies", metadata,
    sa.Column("id", Id, primary_key=True),
    patient_id(),
    sa.Column("chat_id", Id),  # where the link was sent; none: a person on staff hands it over
    sa.Column("token_hash", sa.Text, nullable=False, unique=True),
    sa.Column("pass_hash", sa.Text, unique=True),  # what lets the page have the files, once the date of birth was right
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("expires_at", Moment, nullable=False),
    sa.Column("wrong_dates", sa.SmallInteger, nullable=False, default=0),
    sa.Column("opened_at", Moment),
    sa.Column("open_until", Moment),
    sa.Column("closed_at", Moment),  # opened, replaced by a newer one, or locked after too many wrong dates of birth
    sa.Column("closed_why", sa.Text),
    only("uq_record_copies_open", "patient_id", where="closed_at IS NULL", unique=True),
    sa.Index("ix_record_copies_patient_id", "patient_id", "id"),
)

"""Who sees whom: sites, caseloads, emergency access; and the record of every time that somebody looked."""

import sqlalchemy as sa

from care.sealing import Sealed
from care.tables.base import Id, Moment, metadata, only, patient_id

sites = sa.Table(
    "sites", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("address", sa.Text),  # and how to find it, as patients read it
    sa.Column("time_zone", sa.Text),  # the clinic's own if nothing is said
    sa.Column("country", sa.Text),  # whose holidays close it; the clinic's own if nothing is said
)

staff_sites = sa.Table(
    "staff_sites", metadata,
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), primary_key=True),
    sa.Column("site_id", Id, sa.ForeignKey("sites.id"), primary_key=True),
)

# Whose patient somebody is. A row stays when it is over, since it says why there was access.
caseloads = sa.Table(
    "caseloads", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False),
    patient_id(),
    sa.Column("since", Moment, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("ended_at", Moment),
    only("uq_caseloads_open", "staff_id", "patient_id", where="ended_at IS NULL", unique=True),
    sa.Index("ix_caseloads_patient_id", "patient_id", "id"),
)

# "Break-glass": a person opens a record that is out of their reach, says why, and is asked about it afterwards.
emergency_accesses = sa.Table(
    "emergency_accesses", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False),
    patient_id(),
    sa.Column("reason", Sealed("emergency_accesses.reason"), nullable=False),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("until", Moment, nullable=False),
    sa.Index("ix_emergency_accesses_staff_id", "staff_id", "until"),
)

# Every time that somebody on staff, or a program, looked at something: who, when, at what, from where, and why they may.
# Append-only, as the journal is.
accesses = sa.Table(
    "accesses", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("operation", sa.Text, nullable=False),
    sa.Column("patient_id", Id),  # nobody's: a list
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("origin", sa.Text),
    sa.Column("xid", sa.BigInteger),  # as in the journal
    sa.Index("ix_accesses_patient_id", "patient_id", "id"),
)

"""What people on staff sign in with beside a password."""

import sqlalchemy as sa

from care.tables.base import Id, Moment, metadata

staff_factors = sa.Table(
    "staff_factors", metadata,
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    sa.Column("secret", sa.Text, nullable=False),  # encrypted, see care/factors.py
    sa.Column("last_step", sa.BigInteger, nullable=False),  # of the last code that was used: none works twice
    sa.Column("offered_at", Moment, nullable=False),
    sa.Column("confirmed_at", Moment),  # from then on it is asked for
)

recovery_codes = sa.Table(
    "recovery_codes", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("code_hash", sa.Text, nullable=False),
    sa.Column("used_at", Moment),
    sa.Index("ix_recovery_codes_staff_id", "staff_id"),
)

"""What people on staff sign in with beside a password, or in its place."""

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

# A key in a phone, a laptop or a stick; what is kept of it here is public.
passkeys = sa.Table(
    "passkeys", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("credential_id", sa.Text, nullable=False, unique=True),  # base64url, as browsers write it
    sa.Column("public_key", sa.Text, nullable=False),  # COSE, base64url
    sa.Column("sign_count", sa.BigInteger, nullable=False),  # one that counts backwards is a copy
    sa.Column("added_at", Moment, nullable=False),
    sa.Column("used_at", Moment),
    sa.Index("ix_passkeys_staff_id", "staff_id"),
)

# Whom the clinic's identity provider knows, by what it never gives to anyone else.
staff_identities = sa.Table(
    "staff_identities", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), nullable=False),
    sa.Column("issuer", sa.Text, nullable=False),
    sa.Column("subject", sa.Text, nullable=False),
    sa.Column("linked_at", Moment, nullable=False),
    sa.UniqueConstraint("issuer", "subject"),
    sa.Index("ix_staff_identities_staff_id", "staff_id"),
)

# What the provider has said of sessions that are over: each counts once.
logout_tokens = sa.Table(
    "logout_tokens", metadata,
    sa.Column("token_hash", sa.Text, primary_key=True),
    sa.Column("expires_at", Moment, nullable=False),
)

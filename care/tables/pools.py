"""Pools: colleagues to whom a kind of work belongs, whoever of them takes it on."""

import sqlalchemy as sa

from care.tables.base import Id, Moment, metadata, only

pools = sa.Table(
    "pools", metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("takes", sa.JSON, nullable=False),  # topics of care/pools.py: what is of one of them comes here by itself
    sa.Column("members_only", sa.Boolean, nullable=False),  # nobody else sees what is in it, until others are called
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("closed_at", Moment),
    only("uq_pools_name", "name", where="closed_at IS NULL", unique=True),
)

pool_members = sa.Table(
    "pool_members", metadata,
    sa.Column("pool_id", Id, sa.ForeignKey("pools.id"), primary_key=True, autoincrement=False),
    sa.Column("staff_id", Id, sa.ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    sa.Column("since", Moment, nullable=False),
    sa.Index("ix_pool_members_staff_id", "staff_id"),
)

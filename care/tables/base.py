"""What every table is made of: moments in UTC, wide ids, one naming convention."""

from datetime import UTC, datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

metadata = sa.MetaData(naming_convention={
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
})


class Moment(sa.TypeDecorator[datetime]):
    """A point in time: stored in UTC, always timezone-aware in Python (SQLite alone would forget)."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment needs a time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return value and (value if value.tzinfo else value.replace(tzinfo=UTC))


Id = sa.BigInteger().with_variant(sa.Integer, "sqlite")  # Telegram's ids outgrow 32 bits


def patient_id(nullable: bool = False) -> "sa.Column[int]":
    return sa.Column("patient_id", Id, sa.ForeignKey("patients.id"), nullable=nullable)


def only(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    """An index over the rows that `where` selects, on both databases."""
    return sa.Index(name, *columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


@cache
def insert_once(table: sa.Table, dialect: str) -> "sqlite.Insert | postgresql.Insert":
    """An INSERT that leaves a row already there as it is."""
    if dialect == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()

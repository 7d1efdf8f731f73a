"""How Alembic runs here: always on a connection that care.heart.schema hands in."""

from typing import Any, Literal

from alembic import context

from care.sealing import SEALED, SealedJSON
from care.tables import Id, Moment, metadata


def in_our_words(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Write our own column types by their names into a new migration."""
    if kind == "type" and isinstance(item, Moment):
        return "Moment"
    if kind == "type" and isinstance(item, SEALED):  # what it is to the database
        return "sa.JSON()" if isinstance(item, SealedJSON) else "sa.Text()"
    return "Id" if kind == "type" and item is Id else False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=in_our_words,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()

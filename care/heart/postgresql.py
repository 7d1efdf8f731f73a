"""PostgreSQL, set up: what it says of an error goes to the log, what it says of the row does not."""

from sqlalchemy import Connection, Engine, ExceptionContext, event, text
from sqlalchemy.exc import DBAPIError

UNDONE_FOR_ANOTHER = {"40P01", "40001"}  # deadlock detected, serialization failure


def keep_rows_out_of_errors(engine: Engine) -> None:
    """A refused row comes back in the error's detail, with a patient's words in it."""

    @event.listens_for(engine, "handle_error")
    def without_detail(context: ExceptionContext) -> None:
        refused = context.original_exception.__cause__
        if refused is not None and hasattr(refused, "detail"):
            refused.detail = None


def is_away(error: DBAPIError | OSError, begun: bool) -> bool:
    """Whether the server itself was lost, is starting or is going down; nothing that the turn did is to blame. Before a turn
    has begun there is only the server to blame; later a file may be missing, too."""
    if isinstance(error, OSError):
        return not begun or isinstance(error, ConnectionError)
    return error.connection_invalidated or _sqlstate(error).startswith(("08", "57P"))


def stood_in_each_others_way(error: DBAPIError | OSError) -> bool:
    """Whether the turn was undone, whole, only because another one wanted the same rows: it may be run again at once."""
    return _sqlstate(error) in UNDONE_FOR_ANOTHER


def _sqlstate(error: DBAPIError | OSError) -> str:
    return str(getattr(getattr(error, "orig", None), "sqlstate", None) or "")


HELD = text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def one_at_a_time(db: Connection, name: str) -> None:
    """Wait until no other turn that asked for the same name is open. On SQLite turns stand in line anyway."""
    if db.dialect.name == "postgresql":
        db.execute(HELD, {"name": name})

"""PostgreSQL, set up: what it says of an error goes to the log, what it says of the row does not."""

from sqlalchemy import Engine, ExceptionContext, event
from sqlalchemy.exc import DBAPIError

UNDONE_FOR_ANOTHER = {"40P01", "40001"}  # deadlock detected, serialization failure


def keep_rows_out_of_errors(engine: Engine) -> None:
    """A refused row comes back in the error's detail, with a patient's words in it."""

    @event.listens_for(engine, "handle_error")
    def without_detail(context: ExceptionContext) -> None:
        refused = context.original_exception.__cause__
        if refused is not None and hasattr(refused, "detail"):
            refused.detail = None


def stood_in_each_others_way(error: DBAPIError) -> bool:
    """Whether the turn was undone, whole, only because another one wanted the same rows: it may be run again at once."""
    return getattr(error.orig, "sqlstate", None) in UNDONE_FOR_ANOTHER

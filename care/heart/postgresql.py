"""PostgreSQL, set up: what it says of an error goes to the log, what it says of the row does not."""

from sqlalchemy import Engine, ExceptionContext, event


def keep_rows_out_of_errors(engine: Engine) -> None:
    """A refused row comes back in the error's detail, with a patient's words in it."""

    @event.listens_for(engine, "handle_error")
    def without_detail(context: ExceptionContext) -> None:
        refused = context.original_exception.__cause__
        if refused is not None and hasattr(refused, "detail"):
            refused.detail = None

"""What a button carries: a few words between colons, at most 64 bytes. It names what it belongs to, so that yesterday's
button cannot answer today's question; whoever reads it checks against the database what it may still do."""

LONGEST = 64  # bytes; Telegram's limit


def carry(*parts: object) -> str:
    """Raises ValueError if Telegram would not take it."""
    data = ":".join(str(part) for part in parts)
    if len(data.encode()) > LONGEST:
        raise ValueError(f"a button can carry {LONGEST} bytes, not {data!r}")
    return data


def carried(data: str, parts: int) -> list[str]:
    """The parts of what a button carried, the last one with whatever colons it holds."""
    return data.split(":", parts - 1)

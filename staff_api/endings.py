"""What an address that will go says of itself: since when, until when, and what to use instead."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime

NOTICE = timedelta(days=183)


@dataclass(frozen=True)
class Ending:
    """RFC 9745 and RFC 8594: announced on a day, served for half a year at least."""

    since: date
    sunset: date
    instead: str
    """The address that takes its place."""

    def __post_init__(self) -> None:
        if self.sunset < self.since + NOTICE:
            raise ValueError(f"An address is served for {NOTICE.days} days after its end was announced, at least")

    def headers(self, documented: str) -> dict[str, str]:
        since, sunset = (datetime.combine(day, time(), UTC) for day in (self.since, self.sunset))
        return {
            "Deprecation": f"@{int(since.timestamp())}", "Sunset": format_datetime(sunset, usegmt=True),
            "Link": f'<{documented}>; rel="deprecation"; type="text/html", <{self.instead}>; rel="successor-version"'}

    def __str__(self) -> str:
        return f"It goes on {self.sunset:%Y-%m-%d}; use `{self.instead}`."

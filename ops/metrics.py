"""What Prometheus reads: numbers about the service, on an address of their own that is not the public one. They name nobody."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from care import measures
from care.heart.clinic import Clinic
from care.measures import Measures
from ops.doors import listening


def families(found: Measures) -> Iterator[GaugeMetricFamily]:
    """Every metric that there is, with what it means."""
    by_lane = {
        "careward_messages_due": ("Messages that are due and have not left, by lane.", found.waiting),
        "careward_messages_oldest_due_seconds": ("How long the oldest of them has been due.", found.oldest_waiting)}
    for name, (meaning, values) in by_lane.items():
        yield gauge(name, meaning, "lane", values)
    yield gauge("careward_messages_settled_last_hour", "Messages of the last hour, by what became of them.", "outcome",
                found.settled)
    yield gauge("careward_obligations_open", "Obligations that are open, by severity.", "severity", found.obligations)
    yield gauge("careward_obligations_oldest_seconds", "How long the oldest of them has been open.", "severity",
                found.oldest_obligation)
    yield GaugeMetricFamily("careward_obligations_not_acknowledged", "Obligations that nobody has taken on.",
                            value=found.unanswered)
    yield gauge("careward_doses_ended_last_day", "Doses of the last 24 hours, by how they ended.", "state", found.doses)
    yield GaugeMetricFamily("careward_updates_waiting", "Updates that are still to be handled.", value=found.inbox)
    yield GaugeMetricFamily("careward_updates_oldest_seconds", "How long the oldest has waited.", value=found.oldest_inbox)
    yield GaugeMetricFamily("careward_updates_quarantined", "Updates that could not be handled.", value=found.quarantined)
    yield gauge("careward_seen_seconds", "How long ago each part was last at work.", "part", found.seen)


def gauge(name: str, meaning: str, label: str, values: "dict[str, int] | dict[str, float]") -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family


class Found:
    """What was just measured, as a collector."""

    def __init__(self, found: Measures) -> None:
        self._found = found

    def collect(self) -> Iterator[GaugeMetricFamily]:
        return families(self._found)


def text(found: Measures) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Found(found))  # type: ignore[arg-type]
    return generate_latest(registry)


@asynccontextmanager
async def metrics_open(clinic: Clinic) -> AsyncIterator[None]:
    """Answer /metrics while this is open, if the clinic has set a port for it."""
    settings = clinic.settings.metrics
    if not settings.port:
        yield
        return

    async def answer(_request: web.Request) -> web.Response:
        body = text(await clinic.read(measures.measured))
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/metrics", answer)
    async with listening(app, settings.host, settings.port, "metrics.port"):
        yield

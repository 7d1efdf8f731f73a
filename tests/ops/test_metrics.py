"""What a monitor sees: numbers that are true, a dashboard that asks only for what there is, a word to systemd."""

import json
import re
import socket
import sqlite3
from dataclasses import replace
from pathlib import Path

import aiohttp
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.event import listen

from care import measures
from care.heart.settings import MetricsSettings
from ops import metrics
from ops.notify import tell_systemd
from tests.care.medicines.pharmacy import daily, prescribed
from tests.ward import SETTINGS, Ward

DEPLOY = Path(metrics.__file__).parent / "deploy"


def read(text: str) -> dict[tuple[str, ...], float]:
    return {(sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text) for sample in family.samples}


async def test_the_numbers_are_those_of_the_clinic_and_name_nobody(quick_ward: Ward):
    amina = await quick_ward.enrolled()
    await prescribed(quick_ward.clinic, amina.patient_id, daily("10:00"))
    await amina.says("my chest hurts")
    await quick_ward.time_passes(hours=4)
    text = metrics.text(await quick_ward.clinic.read(measures.measured)).decode()
    found = read(text)
    assert found["careward_obligations_open", "emergency"] == 1
    assert found["careward_obligations_oldest_seconds", "emergency"] == 4 * 3600
    assert found["careward_obligations_not_acknowledged",] == 2  # the chest, and the dose
    assert found["careward_doses_ended_last_day", "missed_by_us"] == 1
    assert found["careward_updates_waiting",] == 0
    assert found["careward_messages_due", "safety"] == 0
    assert found["careward_messages_settled_last_hour", "sent"] >= 1
    assert "Amina" not in text


async def test_what_was_settled_long_ago_is_not_gone_through_every_half_a_minute(sqlite_url, open_clinic):
    asked: list[tuple[str, tuple]] = []

    def look(turn) -> None:
        listen(turn.db, "before_cursor_execute", lambda _c, _k, statement, given, *_: asked.append((statement, given)))
        measures.measured(turn)

    await (await open_clinic(sqlite_url)).read(look)
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as connection:
        steps = [row[3] for statement, given in asked for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", given)]
    connection.close()
    assert not [step for step in steps if re.search("SCAN doses|ix_outbox_lately", step) and "SEARCH" not in step], steps


async def test_an_empty_clinic_has_numbers_on_either_database(clinic):
    found = read(metrics.text(await clinic.read(measures.measured)).decode())
    assert found["careward_obligations_open", "urgent"] == 0


async def test_they_are_read_at_their_own_address_and_only_where_the_clinic_has_set_one(quick_ward: Ward, free_port):
    quick_ward.clinic.settings = replace(SETTINGS, metrics=MetricsSettings(port=free_port))
    async with metrics.metrics_open(quick_ward.clinic), aiohttp.ClientSession() as session:
        answer = await session.get(f"http://127.0.0.1:{free_port}/metrics")
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        assert "careward_obligations_open" in await answer.text()


async def test_the_dashboard_asks_only_for_what_there_is_and_shows_all_of_it(clinic):
    dashboard = json.loads((DEPLOY / "grafana.json").read_text())
    asked = {name for panel in dashboard["panels"] for target in panel["targets"]
             for name in re.findall(r"careward_[a-z_]+", target["expr"])}
    there = {family.name for family in metrics.families(await clinic.read(measures.measured))}
    assert asked <= there
    assert there - asked == {"careward_updates_oldest_seconds"}


def test_systemd_hears_that_we_are_ready(tmp_path, monkeypatch):
    tell_systemd("READY=1")  # nobody listens: nothing happens
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        tell_systemd("READY=1")
        assert listener.recv(100) == b"READY=1"


def test_the_container_and_the_service_run_as_nobody_special():
    service, container = (DEPLOY / "careward.service").read_text(), (DEPLOY / "Containerfile").read_text()
    for hardening in ("NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes", "CapabilityBoundingSet=\n"):
        assert hardening in service
    assert container.index("USER careward") < container.index("ENTRYPOINT")
    assert "HEALTHCHECK" in container
    assert "--require-hashes" in container


def test_whatever_of_ours_the_compose_file_starts_may_do_nothing_it_need_not():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    ours = {name: one for name, one in services.items() if "build" in one}
    assert {profile for one in services.values() for profile in one["profiles"]} == {"sqlite", "postgres"}
    assert len(ours) == 2
    for one in ours.values():
        assert (one["read_only"], one["cap_drop"], one["security_opt"]) == (True, ["ALL"], ["no-new-privileges:true"])
        assert all(port.startswith("127.0.0.1:") for port in one["ports"])
        assert one["stop_grace_period"] == "60s"
    said = str(services)
    assert "POSTGRES_PASSWORD'" not in said, "a secret is a file, not an environment"


def test_the_containers_file_names_its_bases_and_keeps_to_the_rules():
    lines = (DEPLOY / "Containerfile").read_text().replace("\\\n", " ").splitlines()
    steps = [line.split(maxsplit=1) for line in lines if line.strip() and not line.startswith("#")]
    bases = [rest for step, rest in steps if step == "FROM"]
    assert all(":" in base.split()[0] and not base.split()[0].endswith(":latest") for base in bases)
    last = max(number for number, (step, _rest) in enumerate(steps) if step == "FROM")
    assert [rest for step, rest in steps[last:] if step == "USER"] == ["careward"]
    assert not any(step == "ADD" or "sudo" in rest or "curl" in rest for step, rest in steps)
    assert all("--no-cache-dir" in part for _step, rest in steps for part in rest.split("&&") if "pip install" in part)
    assert all(rest.startswith("[") for step, rest in steps if step in ("ENTRYPOINT", "CMD"))

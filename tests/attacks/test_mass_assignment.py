"""Fields that nobody offered: every body of every route with them, generated from the API's own document."""

from typing import Any

import pytest
from sqlalchemy import func, select, update

from care import patients
from care.medicines import timing
from care.tables import events
from care.tables import patients as patients_table
from staff_api.app import OPERATIONS
from staff_api.operations import Operation, Upload
from tests.staff_api.test_role_matrix import OWN, date, fill

WISHES: dict[str, Any] = {
    "id": 1, "role": "administrator", "reach": "clinic", "patient_id": 1, "staff_id": 1, "site": 1, "site_id": 1,
    "scopes": ["*"], "approved": True, "approved_by": 1, "state": "approved", "active": True, "consented": True,
    "created_by": "staff:1", "made_by": "staff:1", "password_hash": "x", "proved_at": "2026-11-23T09:00:00Z",
    "expires_at": None, "actor": "staff:1", "__class__": "x", "model_fields": {},
}  # fmt: skip
AS_FHIR = {"MedicationRequest", "MedicationDispense"}  # others write these: what we do not read of them has no effect
TAKE_A_BODY = [one for one in OPERATIONS if one.method != "GET" and one.body_shape is not Upload]


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Nothing here depends on the database; of everything there is one, so that no body goes unread for want of it."""
    fill(sqlite_url.removeprefix("sqlite:///"))
    return sqlite_url


def address(operation: Operation) -> str:
    return operation.path.format(**dict.fromkeys(operation.path_names, OWN))


def objects(schema: dict[str, Any], document: dict[str, Any], seen: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    """Every object that a body may hold, however deep."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return [] if name in seen else objects(document["components"]["schemas"][name], document, seen | {name})
    inside = [*schema.get("properties", {}).values()]
    inside += [one for several in ("anyOf", "oneOf", "allOf", "prefixItems") for one in schema.get(several, ())]
    inside += [schema[name] for name in ("items", "additionalProperties") if isinstance(schema.get(name), dict)]
    own = [schema] if schema.get("type") == "object" else []
    return own + [one for part in inside for one in objects(part, document, seen)]


def test_no_object_that_a_body_may_hold_takes_what_it_does_not_name(described):
    taken, free = 0, set()
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            for kind, body in operation.get("requestBody", {}).get("content", {}).items():
                for one in objects(body["schema"], described) if kind == "application/json" else ():
                    taken += 1
                    if one.get("additionalProperties", True) in (True, {}):
                        free.add(one.get("title", f"{method} {path}: {one}"))
    assert taken > 50
    assert free == {"Timing", *AS_FHIR}


def test_a_timing_which_the_clinic_reads_itself_takes_nothing_else_either():
    daily = {"kind": "daily", "times": ["08:00"]}
    assert timing.read(daily)
    with pytest.raises(ValueError, match="knows no patient_id"):
        timing.read({**daily, "patient_id": 2})


async def test_what_nobody_offered_is_refused_by_name_and_changes_nothing(signed_in, clinic):
    def someone(turn):
        added = patients.add(turn, "Amina", date(1960, 1, 1), "en")
        turn.db.execute(update(patients_table).where(patients_table.c.id == added.id).values(id=OWN))

    def happened(turn):
        return turn.db.scalar(select(func.count()).select_from(events).where(events.c.kind.not_in(["RecordSeen", "Looked"])))

    await clinic.run("ops", someone)
    before, named = await clinic.read(happened), 0
    for operation in TAKE_A_BODY:
        shape = operation.body_shape
        wishes = {name: wish for name, wish in WISHES.items() if shape is None or name not in shape.model_fields}
        answer = await signed_in.call(
            operation.method, address(operation), json=wishes, headers={"Content-Type": "application/json", "If-Match": None})
        assert answer.status < 500, operation.name
        assert answer.status >= 400, operation.name
        if answer.code == "invalid_body":
            named += 1
            if shape and shape.__name__ in AS_FHIR:
                continue
            pointed = {one["pointer"] for one in answer.json["errors"]}
            assert pointed >= {f"/{name}" for name in wishes}, operation.name
        else:
            assert answer.code in ("not_found", "invalid_path", "conflict", "invalid_header", "not_read_first"), (
                operation.name, answer.code)
    assert named > len(TAKE_A_BODY) * 0.8, "most of them must have been read"
    assert await clinic.read(happened) == before

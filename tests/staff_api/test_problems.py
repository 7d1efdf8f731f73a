"""What a caller is told when something is wrong: one sentence saying what would be right, and never a patient's words."""

import logging

import pytest

from care import worklist


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


NEW = {"name": "Ana", "date_of_birth": "1960-01-01", "language": "en"}


def is_a_problem(answer, status: int, code: str) -> bool:
    """Every refusal has the same shape; the document's schema has been checked by the door."""
    assert (answer.status, answer.code) == (status, code)
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.json["type"] == f"/api/docs#problem-{code}"
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]
    assert answer.json["title"]
    assert answer.json["detail"]
    return True


async def test_an_address_that_is_none(door):
    assert is_a_problem(await door.get("/nowhere"), 404, "no_such_address")
    assert is_a_problem(await door.get("/api/v2/worklist"), 404, "no_such_address")


async def test_a_method_the_address_does_not_take_names_those_it_does(door):
    answer = await door.call("PUT", "/worklist")
    assert is_a_problem(answer, 405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(",")) == {"GET", "HEAD"}


@pytest.mark.parametrize("sent", ["", "{", "[1,", "\x00", '{"name": "\\ud800"}'])
async def test_a_body_that_is_not_json(door, sent):
    answer = await door.call("POST", "/patients", data=sent.encode(), headers={"Content-Type": "application/json"})
    assert is_a_problem(answer, 400, "invalid_json")


async def test_a_body_of_another_type(door):
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/xml"):
        answer = await door.call("POST", "/patients", data=b"name=Ana", headers={"Content-Type": kind})
        assert is_a_problem(answer, 415, "unsupported_media_type")


async def test_a_body_that_is_too_large(door):
    answer = await door.post("/patients", NEW | {"name": "x" * 100_000})
    assert is_a_problem(answer, 413, "body_too_large")


async def test_a_field_we_do_not_know_is_refused_with_the_nearest_name(door):
    answer = await door.post("/patients", NEW | {"langauge": "en"})
    assert is_a_problem(answer, 422, "invalid_body")
    assert answer.json["errors"] == [
        {"pointer": "/langauge", "detail": "There is no 'langauge' here. Did you mean 'language'?"}
    ]


async def test_every_wrong_field_is_pointed_at_without_repeating_what_was_sent(door):
    answer = await door.post("/patients", {"name": "  ", "date_of_birth": "my secret", "country": "England", "a/b~c": 1})
    assert is_a_problem(answer, 422, "invalid_body")
    assert {one["pointer"] for one in answer.json["errors"]} == {"/name", "/date_of_birth", "/language", "/country", "/a~1b~0c"}
    assert "secret" not in answer.text
    assert "England" not in answer.text


@pytest.mark.parametrize(("field", "wrong"), [
    ("language", "xx"), ("date_of_birth", "2999-01-01"), ("time_zone", "Mars/Base"), ("time_zone", "../../etc/passwd"),
    ("name", "A\0na"), ("name", 7), ("name", None),
])  # fmt: skip
async def test_a_value_that_means_nothing_here_is_refused(door, field, wrong):
    answer = await door.post("/patients", NEW | {field: wrong})
    assert is_a_problem(answer, 422, "invalid_body")
    assert [one["pointer"] for one in answer.json["errors"]] == [f"/{field}"]


async def test_a_list_where_an_object_is_expected(door):
    assert is_a_problem(await door.post("/patients", [NEW]), 422, "invalid_body")


async def test_a_body_where_none_is_expected(door):
    assert is_a_problem(await door.post("/escalations/1/acknowledge", {"by": "me"}), 422, "invalid_body")


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=ten", "limit=1&limit=2", "page=2", "limitt=5"])
async def test_a_query_we_do_not_understand(door, query):
    answer = await door.get(f"/worklist?{query}")
    assert is_a_problem(answer, 400, "invalid_query")
    assert answer.json["errors"][0]["parameter"] == query.partition("=")[0]


@pytest.mark.parametrize("query", [
    "/exports/doses.csv?last_day=0", "/patients?updated_after=0", "/patients?updated_after=1.5e9",
    "/event-log?updated_after=1e9",    "/appointments?site_id=1&day=20261123",
])  # fmt: skip
async def test_a_number_is_no_day(door, query):
    assert is_a_problem(await door.get(query), 400, "invalid_query")


async def test_a_misspelt_parameter_is_answered_with_the_nearest_name(door):
    answer = await door.get("/worklist?limitt=5")
    assert answer.json["errors"][0]["detail"] == "There is no 'limitt' here. Did you mean 'limit'?"


@pytest.mark.parametrize("wrong", ["abc", "0", "-1", "1.5", "99999999999999999999", "%00", "%ff"])
async def test_an_id_that_cannot_be_one(door, wrong):
    assert is_a_problem(await door.get(f"/patients/{wrong}"), 400, "invalid_path")


@pytest.mark.parametrize("address", [
    "/patients/999", "/patients/999/thread", "/escalations/999", f"/patients/{2**53 - 1}",
])  # fmt: skip
async def test_an_id_that_nobody_has(door, address):
    assert is_a_problem(await door.get(address), 404, "not_found")


async def test_a_fault_of_ours_says_nothing_about_itself_but_its_request_id(door, monkeypatch, caplog):
    def broken(turn):
        raise RuntimeError("Amina takes sertraline")

    monkeypatch.setattr(worklist, "counts", broken)
    answer = await door.get("/worklist/counts")
    assert is_a_problem(answer, 500, "internal")
    assert "Amina" not in answer.text
    assert answer.json["request_id"] in caplog.text


async def test_the_log_knows_the_route_but_no_id_no_name_and_no_query(door, caplog):
    caplog.set_level(logging.INFO, "careward.staff_api")
    await door.get("/patients?name=Amina")
    await door.get("/patients/4711")
    lines = [record.getMessage() for record in caplog.records if record.name == "careward.staff_api"]
    assert lines[0].startswith("GET /api/v1/patients 200 ")
    assert lines[1].startswith("GET /api/v1/patients/{patient_id} 404 ")
    assert "Amina" not in caplog.text
    assert "4711" not in "".join(lines)


async def test_every_answer_carries_the_headers_that_keep_it_safe(door, stranger):
    for answer in (await door.get("/worklist"), await stranger.get("/worklist"), await stranger.get("/api/docs")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Request-Id"].startswith("req_")

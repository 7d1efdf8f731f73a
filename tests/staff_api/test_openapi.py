"""The document and its page: made from the operations, valid, and needing nothing from elsewhere."""

import json
import re

import pytest
from openapi_spec_validator import validate

from staff_api.app import OPERATIONS, documentation
from staff_api.docs import page
from staff_api.openapi import document
from staff_api.problems import KINDS


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


async def test_the_document_is_valid_and_open_to_anyone(stranger):
    answer = await stranger.get("/openapi.json")
    validate(answer.json)
    assert answer.json["openapi"] == "3.1.0"


@pytest.mark.parametrize("named", ["careward", "__Host-careward"])
def test_the_document_names_the_session_as_it_is_called_at_this_door(named):
    known = json.loads(documentation(named)["/api/v1/openapi.json"][0])
    assert known["components"]["securitySchemes"]["session"]["name"] == named


async def test_every_route_of_the_api_is_in_the_document_and_the_other_way_round(stranger):
    served = {
        (route.method.lower(), route.resource.canonical) for route in stranger.client.app.router.routes()
        if route.method != "HEAD" and not route.resource.canonical.startswith(
            ("/api/docs", "/api/v1/openapi", "/feeds", "/copy/"))
    }  # fmt: skip
    described = {(method, path) for path, methods in stranger.document["paths"].items() for method in methods}
    assert served == described


def test_no_address_hides_behind_another_that_takes_anything_in_its_place():
    paths = {one.path for one in OPERATIONS}
    hidden = {path: other for path in paths for other in paths - {path}
              if re.fullmatch(re.sub(r"\{\w+\}", "[^/{}]+", other), path)}
    assert hidden == {}, "a wrong method would be answered by the other one"


def test_every_operation_has_a_name_of_its_own():
    names = [one.view.__name__ for one in OPERATIONS]
    assert len(names) == len(set(names))


def test_every_shape_has_a_name_that_a_program_can_bear():
    components = document(OPERATIONS, "test")["components"]["schemas"]
    assert [name for name in components if not re.fullmatch("[A-Z][A-Za-z0-9]+", name)] == []


async def test_the_page_shows_every_operation_and_every_problem_and_loads_nothing_from_elsewhere(stranger):
    answer = await stranger.get("/api/docs")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    for operation in OPERATIONS:
        assert f'id="{operation.view.__name__}"' in answer.text
    for code in KINDS:
        assert f'id="problem-{code}"' in answer.text
    loaded = re.findall(r'(?:src|href)="([^"#]+)"', answer.text)
    assert set(loaded) - {"data:,"} == {"/api/docs/docs.css", "/api/docs/docs.js", "/api/v1/openapi.json"}
    for address in set(loaded) - {"data:,"}:
        assert (await stranger.get(address)).status == 200
    assert not re.search(r"<script>|<style|\son\w+=|style=", answer.text)


def test_an_example_can_be_pasted():
    described = document(OPERATIONS, "test")
    shown = {one["id"]: one["example"] for operation in OPERATIONS for one in [
        page.entry(operation, described["paths"][operation.path][operation.method.lower()], described)]}  # fmt: skip
    assert shown["send_message"] == (
        'curl -X POST "$CAREWARD/api/v1/patients/$patient_id/messages" \\\n'
        '  -H "Authorization: Bearer $KEY" \\\n'
        '  -H "Idempotency-Key: $(uuidgen)" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        "  -d '{\"text\": \"…\"}'"
    )

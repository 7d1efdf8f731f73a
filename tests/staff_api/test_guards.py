"""Who gets in: generated from the list of operations, so that a new one cannot be forgotten."""

import pytest
from aiohttp import web

from care import roles
from staff_api.app import OPERATIONS, build
from staff_api.guards import PUBLIC, SIGNED_IN
from staff_api.operations import Operation


@pytest.fixture
def url(sqlite_url: str) -> str:
    """Nothing here depends on the database."""
    return sqlite_url


GUARDED = [one for one in OPERATIONS if one.guard != PUBLIC]
PERSONAL = (SIGNED_IN, *roles.PERSONAL)
SCOPED = [one for one in GUARDED if one.guard not in PERSONAL]


def address(operation: Operation) -> str:
    return operation.path.format(**dict.fromkeys(operation.path_names, "1"))


async def test_without_credentials_nobody_gets_in(stranger):
    for operation in GUARDED:
        answer = await stranger.call(operation.method, address(operation))
        assert (answer.status, answer.code) == (401, "unauthenticated"), operation.name
        assert answer.headers["WWW-Authenticate"] == "Bearer", operation.name


@pytest.mark.parametrize("credential", ["Bearer", "Bearer cwk_nobody_knows", "Basic ZGFuYTpzZWNyZXQ=", "cwk_a_b"])
async def test_a_credential_that_is_none_gets_nobody_in_anywhere(stranger, credential):
    for operation in GUARDED:
        answer = await stranger.as_(Authorization=credential).call(operation.method, address(operation))
        assert (answer.status, answer.code) == (401, "unauthenticated"), operation.name


async def test_a_program_without_the_scope_is_refused(with_scopes):
    for operation in SCOPED:
        others = [scope for scope in roles.SCOPES if not roles.allows([scope], operation.guard)]
        answer = await (await with_scopes(*others)).call(operation.method, address(operation))
        assert (answer.status, answer.code) == (403, "missing_scope"), operation.name


async def test_a_program_cannot_do_what_is_for_people(door):
    for operation in GUARDED:
        if operation.guard in PERSONAL:
            answer = await door.call(operation.method, address(operation))
            assert (answer.status, answer.code) == (403, "people_only"), operation.name


async def test_a_change_with_the_cookie_alone_is_refused(signed_in):
    for operation in GUARDED:
        if operation.method != "GET":
            for token in (None, "guessed"):
                answer = await signed_in.as_(X_CSRF_Token=token).call(operation.method, address(operation))
                assert (answer.status, answer.code) == (403, "cross_site"), operation.name


@pytest.mark.parametrize("said", [
    {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": ""}, {"Sec_Fetch_Site": "cross-site"},
])  # fmt: skip
async def test_a_change_from_another_site_is_refused_even_with_the_token(signed_in, said):
    for operation in GUARDED:
        if operation.method != "GET":
            answer = await signed_in.as_(**said).call(operation.method, address(operation))
            assert (answer.status, answer.code) == (403, "cross_site"), operation.name


async def test_a_change_from_the_console_itself_is_taken(signed_in):
    origin = str(signed_in.client.make_url("/")).rstrip("/")
    ana = {"name": "Ana", "date_of_birth": "1960-01-01", "language": "es"}
    answer = await signed_in.as_(Origin=origin).post("/patients", ana)
    assert answer.status == 201


async def test_a_key_works_until_it_expires_or_is_revoked(signed_in, stranger, clock):
    tomorrow = "2026-11-24T09:00:00Z"
    made = await signed_in.post("/keys", {"name": "ward screen", "scopes": ["worklist:read"], "expires_at": tomorrow})
    screen = stranger.as_(Authorization=f"Bearer {made.json['secret']}")
    assert made.json["secret"].startswith("cwk_")
    assert (await screen.get("/worklist")).status == 200
    other = await signed_in.post("/keys", {"name": "another", "scopes": ["worklist:read"]})
    another = stranger.as_(Authorization=f"bearer {other.json['secret']}")
    assert (await another.get("/worklist")).status == 200
    listed = await signed_in.get("/keys")
    assert [(key["name"], key["used_at"]) for key in listed.json["items"]] == [
        ("ward screen", "2026-11-23T09:00:00Z"), ("another", "2026-11-23T09:00:00Z")]
    assert made.json["secret"] not in listed.text
    assert (await signed_in.delete(f"/keys/{other.json['id']}")).status == 204
    assert (await another.get("/worklist")).status == 401
    assert (await signed_in.delete("/keys/9999")).status == 404
    clock.passes(days=2)
    assert (await screen.get("/worklist")).status == 401


async def test_a_key_that_would_be_dead_at_once_is_not_made(signed_in):
    answer = await signed_in.post("/keys", {"name": "late", "scopes": ["worklist:read"], "expires_at": "2020-01-01T00:00:00Z"})
    assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/expires_at")


async def test_the_door_does_not_open_with_a_route_that_declares_no_guard(clinic):
    async def anything(request: web.Request) -> web.Response:
        return web.Response()

    app = build(clinic)
    app.router.add_get("/forgotten", anything)
    with pytest.raises(RuntimeError, match="GET /forgotten"):
        await web.AppRunner(app).setup()


def test_an_operation_cannot_be_declared_without_a_real_guard():
    async def view(call: object) -> None:
        """Do nothing."""

    with pytest.raises(ValueError, match="no guard"):
        Operation("GET", "/x", view, "everyone")


def test_an_operation_must_name_its_path_parameters_and_say_what_it_does():
    async def silent(call: object) -> None: ...

    async def deaf(call: object) -> None:
        """Do nothing."""

    with pytest.raises(TypeError, match="say what it does"):
        Operation("GET", "/x", silent, PUBLIC)
    with pytest.raises(TypeError, match="patient_id"):
        Operation("GET", "/{patient_id}", deaf, PUBLIC)

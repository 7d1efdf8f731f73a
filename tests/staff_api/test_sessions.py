"""Signing in and out, and the one-time link for the first person on staff."""

import asyncio
from dataclasses import replace

from aiohttp.test_utils import TestClient, TestServer

from care import staff
from staff_api import passwords
from staff_api.app import build
from tests.staff_api.conftest import PASSWORD
from tests.ward import SETTINGS

DANA = {"email": "dana@riverside.example", "password": PASSWORD}
WRONG = DANA | {"password": "seven red lanterns"}


def cookie_of(answer) -> str:
    return answer.headers["Set-Cookie"]


async def test_a_nurse_signs_in_works_and_signs_out(stranger, nurse):
    answer = await stranger.post("/session", DANA | {"email": " Dana@Riverside.example "})
    assert answer.status == 200
    assert answer.json["staff"] == {"id": nurse.id, "name": "Dana", "email": "dana@riverside.example", "role": "administrator",
                                    "reach": "clinic"}
    cookie = cookie_of(answer)
    assert cookie.startswith("careward=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))

    dana = stranger.as_(Cookie=cookie.partition(";")[0], X_CSRF_Token=answer.json["csrf"])
    assert (await dana.get("/session")).json == answer.json
    assert (await dana.get("/worklist")).status == 200
    gone = await dana.delete("/session")
    assert gone.status == 204
    assert "Max-Age=0" in cookie_of(gone)
    assert (await dana.get("/worklist")).status == 401


async def test_behind_https_the_cookie_is_for_this_host_alone(clinic, nurse):
    clinic.settings = replace(SETTINGS, staff=replace(SETTINGS.staff, public_url="https://care.riverside.example"))
    async with TestClient(TestServer(build(clinic))) as client:
        answer = await client.post("/api/v1/session", json=DANA, headers={"Origin": "https://care.riverside.example"})
        cookie = answer.headers["Set-Cookie"]
        assert answer.status == 200
        assert cookie.startswith("__Host-careward=")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie
        refused = await client.post("/api/v1/session", json=DANA, headers={"Origin": "http://care.riverside.example"})
        assert refused.status == 403


async def test_whatever_is_wrong_the_answer_is_the_same(stranger, nurse):
    wrong = await stranger.post("/session", WRONG)
    unknown = await stranger.post("/session", DANA | {"email": "nobody@riverside.example"})
    assert (wrong.status, wrong.code) == (401, "wrong_sign_in")
    assert wrong.json | {"request_id": ""} == unknown.json | {"request_id": ""}


async def test_nobody_signs_in_from_another_site(stranger, nurse):
    answer = await stranger.as_(Origin="https://evil.example").post("/session", DANA)
    assert (answer.status, answer.code) == (403, "cross_site")


async def test_after_five_wrong_tries_an_address_has_to_wait(stranger, nurse, clock):
    for _ in range(5):
        assert (await stranger.post("/session", WRONG)).status == 401
    answer = await stranger.post("/session", DANA)
    assert (answer.status, answer.code) == (429, "too_many_attempts")
    assert answer.headers["Retry-After"] == "300"
    clock.passes(minutes=5, seconds=1)
    assert (await stranger.post("/session", DANA)).status == 200


async def test_many_tries_at_once_are_counted_all_the_same(stranger, nurse):
    answers = await asyncio.gather(*(stranger.post("/session", WRONG) for _ in range(12)))
    assert sorted(answer.status for answer in answers) == [401] * 5 + [429] * 7


async def test_those_who_know_their_password_do_not_use_up_the_tries(stranger, nurse):
    for _ in range(8):
        assert (await stranger.post("/session", DANA)).status == 200


async def test_an_account_is_throttled_from_wherever_it_is_tried(clinic, stranger, nurse):
    for tried in range(10):
        await clinic.run("nobody", staff.failed, DANA["email"], f"203.0.113.{tried}")
    assert (await stranger.post("/session", DANA)).status == 429
    assert (await stranger.post("/session", DANA | {"email": "other@riverside.example"})).status == 401


async def test_a_session_ends_when_nobody_is_there(signed_in, clock):
    for _ in range(4):
        clock.passes(minutes=20)
        assert (await signed_in.get("/worklist/counts")).status == 200
    clock.passes(minutes=31)
    assert (await signed_in.get("/worklist/counts")).status == 401


async def test_two_sessions_of_one_person_live_side_by_side(clinic, stranger, nurse, clock):
    desk, ward = [await clinic.run(f"staff:{nurse.id}", staff.sign_in, nurse.id) for _ in range(2)]
    for _ in range(4):
        clock.passes(minutes=20)
        for opened in (desk, ward):
            assert (await stranger.as_(Cookie=f"careward={opened.token}").get("/session")).status == 200


async def test_a_session_ends_after_a_long_day_even_if_someone_is_there(signed_in, clock):
    for _ in range(35):
        clock.passes(minutes=20)
        assert (await signed_in.get("/worklist/counts")).status == 200
    clock.passes(minutes=20)
    assert (await signed_in.get("/worklist/counts")).status == 401


FIRST = {"name": "Ada", "email": "ada@riverside.example", "password": "nine slow yellow boats"}


async def test_the_setup_link_lets_one_person_in_once(clinic, stranger):
    token = await clinic.run("ops", staff.new_setup_link)
    shown = await stranger.get(f"/setup/{token}")
    assert shown.json == {"clinic": "Riverside", "shortest_password": 15, "email": None, "again": False}
    made = await stranger.post(f"/setup/{token}", FIRST)
    assert (made.status, made.json["staff"]["name"]) == (201, "Ada")
    ada = stranger.as_(Cookie=cookie_of(made).partition(";")[0])
    assert (await ada.get("/session")).status == 200

    assert (await stranger.get(f"/setup/{token}")).status == 404
    again = await stranger.post(f"/setup/{token}", FIRST | {"email": "eve@riverside.example"})
    assert (again.status, again.code) == (404, "not_found")
    assert (await stranger.post("/session", {k: FIRST[k] for k in ("email", "password")})).status == 200


async def test_two_who_take_up_the_same_link_at_once_are_one_person(clinic, stranger):
    token = await clinic.run("ops", staff.new_setup_link)
    answers = await asyncio.gather(*(
        stranger.post(f"/setup/{token}", FIRST | {"email": f"{n}@riverside.example"}) for n in range(4)))  # fmt: skip
    assert sorted(answer.status for answer in answers)[0] == 201
    assert all(answer.status in (404, 409) for answer in answers if answer.status != 201)
    assert len(await clinic.read(staff.everyone)) == 1


async def test_an_old_setup_link_is_dead(clinic, stranger, clock):
    token = await clinic.run("ops", staff.new_setup_link)
    clock.passes(hours=1)
    assert (await stranger.get(f"/setup/{token}")).status == 404
    assert (await stranger.get("/setup/guessed")).status == 404


async def test_a_weak_password_is_refused_and_the_link_stays_good(clinic, stranger):
    token = await clinic.run("ops", staff.new_setup_link)
    for weak in (
        "short", "fourteen chars", "password password", "Password123456789", "riverside-clinic-2026", "aaaaaaaaaaaaaaaaaaaa",
        "ababababababababab", "qwertyuiop123456789", "careward careward 1", "letmeinletmein!!", "x" * 257,
    ):  # fmt: skip
        answer = await stranger.post(f"/setup/{token}", FIRST | {"password": weak})
        assert (answer.status, answer.json["errors"][0]["pointer"]) == (422, "/password"), weak
        assert weak not in answer.text
    assert (await stranger.get(f"/setup/{token}")).status == 200


async def test_a_password_is_kept_as_argon2id():
    kept = await passwords.hashed(PASSWORD)
    assert kept.startswith("$argon2id$")
    assert await passwords.matches(PASSWORD, kept)
    assert not await passwords.matches(PASSWORD + "!", kept)
    assert not await passwords.matches(PASSWORD, None)


async def test_behind_a_proxy_of_ours_one_persons_failures_lock_nobody_else_out(clinic, nurse):
    clinic.settings = replace(clinic.settings, staff=replace(clinic.settings.staff, trusted_proxies=("127.0.0.1", "10.0.0.9")))
    async with TestClient(TestServer(build(clinic))) as client:
        async def tries(given: dict[str, str], came_by: str) -> int:
            headers = {"X-Forwarded-For": came_by, "Sec-Fetch-Site": "same-origin"}
            async with client.post("/api/v1/session", json=given, headers=headers) as answer:
                return answer.status

        for forged in range(5):  # what stands before the last stranger's address was written by the stranger
            assert await tries(WRONG, f"198.51.100.{forged}, 203.0.113.7, 10.0.0.9") == 401
        assert await tries(DANA, "203.0.113.7") == 429
        assert await tries(DANA, "192.0.2.44") == 200


async def test_a_proxy_that_is_not_ours_is_one_address_whatever_it_says(clinic, nurse):
    async with TestClient(TestServer(build(clinic))) as client:
        statuses = []
        for forged in range(6):
            headers = {"X-Forwarded-For": f"198.51.100.{forged}", "Sec-Fetch-Site": "same-origin"}
            async with client.post("/api/v1/session", json=WRONG, headers=headers) as answer:
                statuses.append(answer.status)
        assert statuses == [401] * 5 + [429]


async def test_whoever_signs_in_after_all_has_a_clean_slate(stranger, nurse, clock):
    for _ in range(3):
        for _ in range(4):
            assert (await stranger.post("/session", WRONG)).status == 401
        assert (await stranger.post("/session", DANA)).status == 200
        clock.passes(minutes=1)

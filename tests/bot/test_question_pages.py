"""Where the clinic keeps questions out of Telegram: the chat has a link, and the questions are on a page of its own."""

import asyncio
from dataclasses import replace
from datetime import date

import pytest
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import func, select

from bot import on_page
from bot.flows import FLOWS
from bot.flows.engine import Ask
from bot.flows.kinds import Photo, Scale
from care import conversations, erasure, escalations, holds, patients, question_pages, questionnaires
from care.heart.language import Msg
from care.heart.settings import CheckSettings
from care.tables import answers, events, instrument_scores, outbox, patient_messages
from staff_api import rates
from staff_api.app import build
from tests.bot.checking_in import begin, worries
from tests.bot.paging import BORN, Browser, link_in
from tests.bot.test_checks import at_their_hour, put_into
from tests.ward import SETTINGS, Phone, Ward

PAGES = replace(SETTINGS, staff=replace(SETTINGS.staff, public_url="https://care.example"),
                checks=CheckSettings(questions_in="page"))


@pytest.fixture
def settings():
    return PAGES


@pytest.fixture
async def client(quick_ward: Ward):
    async with TestClient(TestServer(build(quick_ward.clinic, questions=on_page))) as client:
        yield client


@pytest.fixture
def browser(client) -> Browser:
    return Browser(client)


async def offered(ward: Ward, phone: Phone, name: str = "phq9") -> str:
    """The path of the link that the chat has once the offer was taken up."""
    assert await ward.run(questionnaires.send, phone.patient_id, name, actor="staff:1") is None
    await ward.settle()
    await phone.taps("Start")
    return link_in(phone)


async def kept(ward: Ward) -> list[tuple[str, object]]:
    return await ward.clinic.read(lambda turn: [tuple(row) for row in turn.db.execute(
        select(answers.c.key, answers.c.value).where(answers.c.superseded_at.is_(None)).order_by(answers.c.id))])


async def seconds_later(ward: Ward, seconds: int) -> None:
    """What waits in the outbox has left by then."""
    ward.clock.passes(seconds=seconds)
    await ward.settle()


async def kinds(ward: Ward, phone: Phone) -> list[str]:
    return await ward.clinic.read(escalations.open_kinds, phone.patient_id)


async def test_a_whole_phq9_by_page_with_thoughts_of_death_is_heard_as_in_the_chat(quick_ward: Ward, browser: Browser):
    amina = await quick_ward.enrolled()
    amina.news()
    path = await offered(quick_ward, amina)
    assert amina.news() == (
        "bot: Riverside has something short for you. It opens on a page of the clinic.\n\n"
        "The link works until 09:30. The page asks for the date of birth. [Open the page] "
        "[New link] [Pause]\npatient: [Start]")

    await browser.get(path)
    assert browser.status == 200
    assert "Amina" not in browser.html and "mood" not in browser.html.casefold()  # noqa: PT018
    await browser.opens(path)
    assert "1 of 9" in browser.text
    for item in range(1, 9):
        assert f"{item} of" in browser.text
        await browser.taps("Several days" if item in (3, 4) else "Not at all")
    await browser.taps("Several days")
    assert "You do not have to carry this alone." in browser.text
    assert "call 999 now" in browser.text
    assert "10 of 10" in browser.text
    assert "instrument:phq9:q9" in await kinds(quick_ward, amina)
    await browser.taps("Somewhat difficult")
    assert "Your answers add up to 3 of 27." in browser.text
    assert "You can close this page now" in browser.text
    await seconds_later(quick_ward, 120)
    assert amina.transcript.endswith("bot: Done. Thank you.\npatient: [Start]")
    assert "carry this alone" not in amina.transcript  # it was seen on the page
    assert "difficult" not in amina.transcript
    assert len(await kept(quick_ward)) == 10
    assert await quick_ward.clinic.read(lambda turn: turn.db.scalar(select(instrument_scores.c.total))) == 3

    stranger = Browser(browser._client)
    assert (await stranger.get(path)).status == 404  # dead once all is answered
    assert (await stranger.post(path, **BORN)).status == 404


async def test_a_card_that_nobody_saw_on_the_page_comes_into_the_chat(quick_ward: Ward, browser: Browser):
    amina = await quick_ward.enrolled()
    await browser.opens(await offered(quick_ward, amina))
    amina.news()
    await browser.types("I want to die", follow=False)  # and then the phone had no network
    await seconds_later(quick_ward, 30)
    assert amina.news() == ""
    await seconds_later(quick_ward, 31)
    assert "You do not have to carry this alone." in amina.news()
    assert "carry this alone" in (await browser.get()).text


async def test_a_check_in_on_a_page_with_the_urgent_answer_goes_on_where_it_was_left(quick_ward: Ward, browser: Browser):
    amina = await quick_ward.enrolled()
    await amina.says("/check")
    await browser.opens(link_in(amina))
    assert "A few short questions about today." in browser.text
    await browser.taps("9")
    await browser.types("my chest, it hurts when I breathe")
    said = [(severity, reason) for severity, reason, _ in await worries(quick_ward)]
    assert any(severity == "emergency" for severity, _ in said), said
    assert "Call 999 now" in browser.text or "call 999" in browser.text.casefold()

    again = Browser(browser._client)  # the browser was closed; another one asks for the date of birth
    await again.opens(browser.path)
    assert again.text.count("Do you have a fever?") == 1
    assert "How strong is your pain" not in again.text
    assert (await browser.get()).text != again.text  # the first has it no more
    await again.taps("No")
    await amina.says("go on")
    assert "There is a newer link below." in amina.transcript
    assert (await again.get()).status == 404
    await again.opens(link_in(amina))
    assert "Is it hard to breathe?" in again.text
    await again.taps("Yes")
    assert "Fever" not in amina.transcript and "breathe" not in amina.transcript.casefold()  # noqa: PT018
    assert [key for key, _ in await kept(quick_ward)][:4] == ["pain", "pain_where", "fever", "breathing"]


async def test_the_same_answer_sent_twice_is_one_and_a_stale_page_answers_no_other_question(
        quick_ward: Ward, browser: Browser):
    amina = await quick_ward.enrolled()
    await amina.says("/check")
    await browser.opens(link_in(amina))
    fields = {**browser.hidden, "tap": browser.buttons["9"]}
    for _ in range(2):
        await browser.post(f"{browser.path}/answer", **fields)
    assert "Where does it hurt?" in browser.text
    old = browser.hidden
    for _ in range(2):
        await browser.post(f"{browser.path}/answer", **old, words="my back")
    assert "Do you have a fever?" in browser.text
    await browser.post(f"{browser.path}/answer", **old, words="no, it is my left knee")
    assert "That question was answered already." in browser.text
    assert "Do you have a fever?" in browser.text
    assert await kept(quick_ward) == [("pain", 9), ("pain_where", "my back")]
    assert await quick_ward.clinic.read(lambda turn: list(turn.db.scalars(select(patient_messages.c.text)))) == [
        "no, it is my left knee"]  # more than a slip: a person reads it
    await browser.post(f"{browser.path}/answer", **fields | {"tap": fields["tap"].replace(":9", ":3")})
    assert "Changing your answer" in browser.text  # a stale button opens its own question again, and answers none
    await browser.taps("Keep my answer")
    await browser.taps("Back")
    assert "Where does it hurt?" in browser.text
    await browser.types("my hip")
    assert await kept(quick_ward) == [("pain", 9), ("pain_where", "my hip")]


async def test_of_two_answers_at_once_one_counts(postgres_url, open_clinic, telegram, clock):
    """Where turns run beside each other, the second finds its question answered: it asks whether to change that."""
    ward = await Ward(await open_clinic(postgres_url), telegram, clock).open()
    amina = await ward.enrolled()
    async with TestClient(TestServer(build(ward.clinic, questions=on_page))) as client:
        browser = Browser(client)
        await browser.opens(await offered(ward, amina))
        await asyncio.gather(*(browser.sends(tap=browser.buttons[label]) for label in ("Not at all", "Several days") * 3))
    assert len(await kept(ward)) == 1


async def test_words_of_danger_on_a_page_are_heard_wherever_they_stand(quick_ward: Ward, browser: Browser):
    amina = await quick_ward.enrolled()
    await browser.opens(await offered(quick_ward, amina))
    await browser.types("I want to die")
    assert "You do not have to carry this alone." in browser.text
    assert "1 of 9" in browser.text
    assert await kept(quick_ward) == []
    assert "red_flag:self_harm" in await kinds(quick_ward, amina)
    await seconds_later(quick_ward, 120)
    old = browser.hidden
    await browser.taps("Not at all")
    await browser.post(f"{browser.path}/answer", **old, words="I want to die")  # on a page that is not current any more
    assert "You do not have to carry this alone." in browser.text
    assert "2 of 9" in browser.text
    await seconds_later(quick_ward, 120)
    assert "carry this alone" not in amina.transcript


async def test_an_old_link_a_wrong_date_and_another_browser_open_nothing(quick_ward: Ward, client, browser: Browser):
    amina, omar = await quick_ward.enrolled(), await quick_ward.enrolled("Omar Haddad")
    first = await offered(quick_ward, amina)
    await amina.taps("Pause")
    await amina.taps("Go on")
    second = link_in(amina)
    assert (await browser.get(first)).status == 404
    assert "This link does not work any more." in browser.text
    assert (await browser.opens(second, year="1986")).status == 403
    assert "You can try 2 more times." in browser.text
    await browser.opens(second)
    assert "1 of 9" in browser.text
    key = dict(browser.cookies)

    theirs = await offered(quick_ward, omar)
    other = Browser(client)
    await other.opens(theirs)
    other.cookies |= key  # a cookie of one page is of no use on another, nor is what its buttons carry
    await other.sends(tap=browser.buttons["Not at all"])
    await other.sends(tap=f"copy:send:{omar.patient_id}")
    await other.sends(tap="say:1:q2:3")
    assert await kept(quick_ward) == []
    assert "/copy/" not in omar.transcript + other.text
    elsewhere = {"Origin": "https://evil.example", "Cookie": "; ".join(f"{name}={one}" for name, one in key.items())}
    for path, fields in ((second, BORN), (f"{second}/answer", {**browser.hidden, "tap": browser.buttons["Not at all"]})):
        async with client.post(path, data=fields, headers=elsewhere, allow_redirects=False) as answer:
            assert answer.status == 403  # another site's form
    guest = Browser(client)
    guest.path, guest.html = second, browser.html
    await guest.taps("Not at all")
    assert "what is the patient's date of birth?" in guest.text
    assert await kept(quick_ward) == []
    browser.headers = {}
    await browser.get()
    assert browser.headers["Cache-Control"] == "private, no-store"
    assert browser.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "script-src 'self'" in browser.headers["Content-Security-Policy"]
    assert "<script" not in browser.html

    quick_ward.clock.passes(minutes=29)
    await browser.taps("Not at all")  # each answer keeps the page open
    quick_ward.clock.passes(minutes=29)
    await browser.taps("Not at all")
    assert len(await kept(quick_ward)) == 2
    quick_ward.clock.passes(minutes=31)
    assert (await browser.get()).status == 404
    assert "What you answered is kept." in browser.text
    assert (await browser.post(second, **BORN)).status == 404
    await amina.taps("New link")
    await browser.opens(link_in(amina))
    assert "3 of" in browser.text
    assert second.rpartition("/")[2] not in str(await journal(quick_ward))
    assert {row.kind for row in await journal(quick_ward) if row.origin} == {"QuestionPageOpened"}


async def journal(ward: Ward) -> list:
    return await ward.clinic.read(lambda turn: turn.db.execute(select(events)).all())


async def test_three_wrong_dates_lock_a_link_and_guessing_ends_but_not_for_old_links(
        quick_ward: Ward, client, browser: Browser, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rates, "MOST_WRONG", 4)
    amina = await quick_ward.enrolled()
    path = await offered(quick_ward, amina)
    for wrong in ({"day": "24"}, {"month": "13"}, {"year": ""}):
        await browser.opens(path, **wrong)
    assert browser.status == 404
    assert (await browser.opens(path)).status == 404
    assert "question_page_locked" in await kinds(quick_ward, amina)
    await amina.says("go on")
    await browser.opens(link_in(amina))
    for _ in range(5):
        await Browser(client).get(path)  # one of ours, long over
    for number in range(2):
        await Browser(client).get(f"/page/{'x' * 30}{number}")
    late = await Browser(client).get(f"/page/{'x' * 30}")
    assert (late.status, "Too many tries." in late.text) == (429, True)
    assert "2 of 9" in (await browser.taps("Not at all")).text  # whoever is in goes on
    await amina.says("go on")
    await quick_ward.run(lambda turn: [question_pages.open_(turn, link_in(amina).rpartition("/")[2], None) for _ in range(3)])
    await amina.says("go on")
    assert "You have had many links today." in amina.lines[-1]  # two of them locked: somebody is guessing


@pytest.mark.parametrize("where", ["page", "chat"])
async def test_whoever_leaves_midway_answers_nothing_more(quick_ward: Ward, browser: Browser, where: str):
    amina = await quick_ward.enrolled()
    await browser.opens(await offered(quick_ward, amina))
    await browser.taps("Not at all")
    if where == "page":
        await browser.types("stop")
        old = browser.hidden | {"tap": browser.buttons["Not at all"]}
        await browser.taps("Leave for good")
        await browser.taps("Yes, leave")
        await quick_ward.settle()
    else:
        old = browser.hidden | {"tap": browser.buttons["Not at all"]}
        for label in ("Leave for good", "Yes, leave"):
            await (amina.says("/stop") if label == "Leave for good" else quick_ward.settle())
            await amina.taps(label)
    assert "You have left." in amina.transcript
    assert (await browser.post(f"{browser.path}/answer", **old)).status == 404
    assert len(await kept(quick_ward)) == 1


async def test_what_is_typed_in_the_chat_meanwhile_is_no_answer_and_no_question_appears_there(
        quick_ward: Ward, browser: Browser):
    amina = await quick_ward.enrolled()
    await amina.says("/check")
    await browser.opens(link_in(amina))
    await amina.says("9")
    assert await kept(quick_ward) == []
    assert (await browser.get()).status == 404
    await browser.opens(link_in(amina))
    await amina.says("my daughter is here to help me")
    assert "I have passed this on" in amina.transcript or "will be read" in amina.transcript
    await browser.taps("Pause")
    assert "Paused. Your answers are kept." in browser.text
    await browser.taps("Go on")
    await amina.taps("Pause")
    assert "Go on" in (await browser.get()).buttons  # paused in the chat, gone on with on the page
    await browser.taps("Go on")
    await browser.taps("2")
    assert "Do you have a fever?" in browser.text
    assert "fever" not in amina.transcript and "pain" not in amina.transcript  # noqa: PT018


async def test_a_question_that_was_in_the_chat_when_the_clinic_changed_its_mind_goes_on_on_a_page_and_back(
        quick_ward: Ward, browser: Browser):
    quick_ward.clinic.settings = SETTINGS
    amina = await quick_ward.enrolled()
    await amina.says("/check")
    quick_ward.clinic.settings = PAGES
    await amina.taps("2")
    await browser.opens(link_in(amina))
    assert "Do you have a fever?" in browser.text
    await browser.taps("No")
    quick_ward.clinic.settings = SETTINGS
    assert (await browser.get()).status == 404
    await amina.says("repeat")
    await amina.taps("No")
    assert await kept(quick_ward) == [("pain", 2), ("fever", "no"), ("breathing", "no")]


async def test_what_cannot_be_handled_is_screened_and_put_before_a_person(
        quick_ward: Ward, browser: Browser, monkeypatch: pytest.MonkeyPatch):
    amina = await quick_ward.enrolled()
    await browser.opens(await offered(quick_ward, amina))
    monkeypatch.setattr(on_page.words.words, "action", lambda turn, visit: 1 / 0)
    await browser.types("I want to die")
    assert "That did not work." in browser.text
    assert "You do not have to carry this alone." in browser.text
    assert {"unheard", "red_flag:self_harm"} <= set(await kinds(quick_ward, amina))


async def test_erased_with_its_patient(quick_ward: Ward, browser: Browser):
    amina = await quick_ward.enrolled()
    await browser.opens(await offered(quick_ward, amina))
    old = browser.hidden | {"tap": browser.buttons["Not at all"]}
    await quick_ward.run(erasure.erase, amina.patient_id, "staff:1", "her own wish")
    assert (await browser.post(f"{browser.path}/answer", **old)).status == 404
    assert await quick_ward.clinic.read(lambda turn: turn.db.scalar(
        select(func.count()).select_from(outbox).where(outbox.c.page_id.is_not(None)))) == 0


async def test_what_is_due_together_is_offered_by_no_name_and_one_after_the_other(quick_ward: Ward, browser: Browser):
    amina = await quick_ward.enrolled()
    await put_into(quick_ward, amina, "phq9", day_0=date(2026, 11, 24))
    amina.news()
    await at_their_hour(quick_ward)
    assert amina.news() == ("bot: Riverside has 2 short check-ins for you.\n\n"
                            "A few questions from your care team. They read your answers today before 11:00. "
                            "[Start] [Not today]")
    await amina.taps("Start")
    await browser.opens(link_in(amina))
    for label in ("0", "No", "No"):
        await browser.taps(label)
    await quick_ward.settle()
    assert "bot: Also for today: [Start] [Not today]" in amina.transcript
    await amina.taps("Start")
    await browser.opens(link_in(amina))
    assert "1 of 9" in browser.text


async def test_a_measurement_is_read_back_on_the_page_and_can_be_put_right(quick_ward: Ward, browser: Browser):
    amina = await quick_ward.enrolled()
    await begin(amina, "hypertension")
    await browser.opens(link_in(amina))
    await browser.types("148/91")
    assert "148 over 91 mmHg" in browser.text
    await browser.taps("Change")
    assert "Changing your answer" in browser.text
    await browser.types("138/91")
    assert "138 over 91 mmHg" in browser.text
    assert "blood" not in amina.transcript.casefold()
    assert "138" not in amina.transcript
    assert [value for _key, value in await kept(quick_ward)] == [{"systolic": 138, "diastolic": 91}]


async def test_when_to_be_asked_is_asked_in_the_chat(quick_ward: Ward):
    amina = await quick_ward.enrolled()
    await amina.says("/hour")
    await amina.taps("9:00 am" if "9:00 am" in amina.transcript else "09:00")
    assert "Good. I will ask at that time from now on." in amina.transcript


async def test_a_photo_that_a_page_asks_for_is_sent_in_the_chat_and_the_page_goes_on(
        quick_ward: Ward, browser: Browser, monkeypatch: pytest.MonkeyPatch):
    amina = await quick_ward.enrolled()
    flow = replace(FLOWS["symptom_check"], items=(
        Ask("wound", Msg("Show me the wound."), Photo()), Ask("pain", Msg("How strong is your pain?"), Scale(0, 10))))
    monkeypatch.setitem(FLOWS, "symptom_check", flow)
    await amina.says("/check")
    await browser.opens(link_in(amina))
    assert "To send a photo, go back to the chat" in browser.text
    await amina.does("sends_photo", b"jpeg")
    assert "wound" not in amina.transcript
    await browser.opens(link_in(amina))
    assert "How strong is your pain?" in browser.text
    await browser.taps("4")
    assert [key for key, _ in await kept(quick_ward)] == ["wound", "pain"]


async def test_a_carer_of_two_has_a_page_for_each(quick_ward: Ward, client):
    rosa = quick_ward.phone("Rosa")
    for name in ("Amina Yusuf", "Omar Haddad"):
        _, token = await quick_ward.invited(name, role="carer")
        await rosa.opens(token)
        if name == "Amina Yusuf":
            await rosa.taps("English")
        await rosa.says("1968-05-23")
        for label in ("Yes", "I agree"):
            await rosa.taps(label)
    pages = {}
    for name in ("Amina Yusuf", "Omar Haddad"):
        await rosa.says("/check")
        await rosa.taps(name)
        pages[name] = Browser(client)
        await pages[name].opens(link_in(rosa))
        assert f"{name}:" in pages[name].text
    for name, pain in (("Amina Yusuf", "2"), ("Omar Haddad", "4")):
        await pages[name].taps(pain)
        assert "Do you have a fever?" in pages[name].text
    assert [value for _key, value in await kept(quick_ward)] == [2, 4]


async def test_words_for_a_page_that_has_closed_are_not_lost(quick_ward: Ward, client, browser: Browser):
    amina = await quick_ward.enrolled()
    await browser.opens(await offered(quick_ward, amina))
    quick_ward.clock.passes(minutes=31)
    old = browser.hidden
    late = f"{browser.path}/answer"
    await browser.post(late, **old, words="3")
    assert "was not sent" in browser.text
    for _ in range(2):
        await browser.post(late, **old, words="my daughter has left me")
    assert "I have passed on to your care team what you wrote." in browser.text
    await browser.post(late, **old, words="I want to die")
    assert "I have passed on" in browser.text
    await quick_ward.settle()
    assert "You do not have to carry this alone." in amina.transcript  # there is no page to say it on
    assert {"message", "red_flag:self_harm"} <= set(await kinds(quick_ward, amina))
    guest = Browser(client)
    await guest.post(late, **old, words="I want to die")  # a link alone says nothing for anybody
    assert "was not sent" in guest.text
    assert await kept(quick_ward) == []
    assert await quick_ward.clinic.read(lambda turn: turn.db.scalar(
        select(func.count()).select_from(patient_messages))) == 2


async def test_words_for_a_page_that_closes_in_that_moment_are_not_lost(quick_ward: Ward, browser: Browser):
    """Found open, and closed before the turn in which they are heard."""
    amina = await quick_ward.enrolled()
    await browser.opens(await offered(quick_ward, amina))
    [key] = browser.cookies.values()
    page = await quick_ward.clinic.read(question_pages.admit, browser.path.rsplit("/", 1)[1], key)
    quick_ward.clock.passes(minutes=31)
    await quick_ward.run(on_page.typed, page, "once", int(browser.hidden["question"]), "I want to die")
    assert "red_flag:self_harm" in await kinds(quick_ward, amina)
    await quick_ward.settle()
    assert "You do not have to carry this alone." in amina.transcript


@pytest.mark.parametrize("why", ["silence", "staff", "cut"])
async def test_a_page_ends_with_its_questions_whoever_ends_them(quick_ward: Ward, browser: Browser, why: str):
    amina = await quick_ward.enrolled()
    first = Browser(browser._client)
    await first.opens(await offered(quick_ward, amina))
    await amina.says("/check")  # others are begun: these are put aside
    await browser.opens(link_in(amina))
    assert (await first.get()).status == 404
    if why == "silence":
        quick_ward.clock.passes(hours=25)
        await quick_ward.run(conversations.expire, amina.patient_id)
    elif why == "staff":
        await quick_ward.run(holds.end_questions, amina.patient_id, actor="staff:1")
    else:
        (link,) = (await quick_ward.clinic.read(patients.summary, amina.patient_id)).links
        await quick_ward.run(patients.cut_link, link.id)
    await quick_ward.settle()
    assert (await browser.get()).status == 404
    assert amina.transcript.count("These questions have ended. What you answered is kept.") == (1 if why == "cut" else 2)
    assert "Over the last 2 weeks" not in amina.transcript

"""Lessons in the chat: found, read card by card, asked about, offered where they fit, and left alone where they do not."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from care import escalations, offers, patients, plans, preferences, situations
from care.heart.clinic import Clinic
from care.heart.language import Mark, Styled
from care.heart.screen import Screen
from care.heart.settings import LessonSettings
from care.heart.turn import Lane, Turn
from care.lessons import deliveries, library, series
from care.patients import get
from care.programmes import programmes
from tests.care.lessons.written import ENGLISH, FRENCH, write
from tests.ward import Phone, Ward


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Three lessons: one for diabetes in two languages, one for everybody, one about pregnancy."""
    write(tmp_path)
    salt = ENGLISH.replace("When your sugar is low", "Less salt")
    salt = salt.replace('"low sugar", "hypo", "shaky hands"', '"salt", "sodium"')
    salt = salt.replace('["diabetes"]', "[]").replace('["insulin"]', "[]").replace('["diabetes.low", "diabetes.high"]', "[]")
    write(tmp_path, "salt", english=salt.replace('"conditions"', '"daily_life"').replace("Your sugar can go", "Salt can go"),
          french=None)
    write(tmp_path, "baby", english=salt.replace('"conditions"', '"pregnancy"').replace("Less salt", "Your baby"), french=None)
    return tmp_path


@pytest.fixture
async def reader(quick_ward: Ward, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> Phone:
    stocked(quick_ward.clinic, shelf, monkeypatch)
    return await quick_ward.enrolled()


def stocked(clinic: Clinic, shelf: Path, monkeypatch: pytest.MonkeyPatch, **how: object) -> None:
    """Only these lessons, and offered after answers."""
    monkeypatch.setattr(library, "OURS", shelf)
    clinic.settings = replace(clinic.settings, lessons=LessonSettings(**{"offer_after_answers": True, **how}))


async def in_programme(ward: Ward, phone: Phone, programme: str) -> int:
    def act(turn: Turn) -> int:
        patient = get(turn, phone.patient_id)
        assert patient
        plan = plans.add(turn, patient, programmes()[programme])
        assert plan
        return plan.id

    return await ward.run(act)


async def given(ward: Ward, phone: Phone) -> list[deliveries.Delivery]:
    return await ward.clinic.read(deliveries.of_patient, phone.patient_id)


async def test_a_lesson_is_found_by_topic_and_read_in_one_message(reader: Phone):
    phone = reader
    phone.news()
    for step in ("/learn", "[Daily life]", "[Less salt]", "[Next]", "[Back]", "[Next]", "[Next]", "[Go on]"):
        await (phone.taps(step[1:-1]) if step[0] == "[" else phone.says(step))
    assert phone.news() == """\
patient: /learn
bot: One question, to see whether I explained it well.

Your sugar is low. What helps first? [A glass of juice] [A long walk] [To wait an hour] [Back]
patient: [Daily life]
patient: [Less salt]
patient: [Next]
patient: [Back]
patient: [Next]
patient: [Next]
patient: [Go on]"""
    for label in ("A glass of juice", "Go on", "No", "Too long"):
        await phone.taps(label)
    assert "bot: Less salt\n\nThank you. You find it again with /learn. [Read again] [More lessons]" in phone.transcript
    delivery = (await given(phone.ward, phone))[0]
    assert (delivery.understood, delivery.helpful, delivery.unhelpful_because) == (True, False, "long")
    assert delivery.finished_at


async def test_bold_and_italic_reach_the_phone_as_such(reader: Phone):
    await reader.says("/learn shaky hands")
    await reader.taps("When your sugar is low")
    shown = next(iter(reader.person.chat.newest_first())).content
    found = {(one["type"], shown["text"][one["offset"]:one["offset"] + one["length"]]) for one in shown["entities"]}
    assert found == {("bold", "When your sugar is low"), ("bold", "low"), ("italic", "odd")}


async def test_words_that_telegram_will_not_style_go_out_plain(reader: Phone):
    def act(turn: Turn) -> None:
        patient = get(turn, reader.patient_id)
        assert patient
        turn.tell(patient, Screen(Styled("Less salt", (Mark("bold", "nowhere", 4),))))  # type: ignore[arg-type]

    await reader.ward.run(act)
    await reader.ward.settle()
    assert reader.lines[-1] == "bot: Less salt"


async def test_a_wrong_answer_is_explained_again_and_a_second_one_is_told_to_the_nurse(reader: Phone):
    await reader.says("/learn sugar")
    await reader.taps("When your sugar is low")
    for label in ("Next", "Next", "Go on", "A long walk"):
        await reader.taps(label)
    assert "Not quite. Let me say it another way.\n" in reader.transcript
    assert "A walk uses up sugar." in reader.transcript
    await reader.taps("To wait an hour")
    assert "I have told your care team, so they can go through it with you." in reader.transcript

    def look(turn: Turn) -> list[tuple[str, str]]:
        found = [escalations.get(turn, one) for one in range(1, 5)]
        return [(one.severity.word, one.reason) for one in found if one]

    assert await reader.ward.clinic.read(look) == [
        ("routine", 'Read the lesson "When your sugar is low" and answered a question about it wrongly twice')]
    await reader.taps("Go on")
    await reader.taps("Yes")
    assert (await given(reader.ward, reader))[0].understood is False


async def test_an_old_button_answers_no_other_question(reader: Phone):
    await reader.says("/learn sugar")
    await reader.taps("When your sugar is low")
    for label in ("Next", "Next", "Go on"):
        await reader.taps(label)
    asked = next(iter(reader.person.chat.newest_first()))
    await reader.taps("A glass of juice")
    await reader.does("tap_data", f"lesson:say:{(await given(reader.ward, reader))[0].id}:0:1", message=asked)
    delivery = (await given(reader.ward, reader))[0]
    assert (delivery.understood, delivery.unclear) == (True, 0)


async def test_whoever_taps_search_is_answered_and_can_still_reach_people(reader: Phone):
    await reader.says("/learn")
    await reader.taps("Search")
    await reader.says("Sódium?")
    assert "This is what I have about it: [Less salt] [Send to the care team] [Back]" in reader.transcript
    await reader.taps("Send to the care team")
    assert "I have passed this on." in reader.transcript
    await reader.says("what about my tablets")
    assert reader.transcript.count("I have passed this on.") == 2, "words that follow later are for people"


async def test_danger_typed_into_the_search_is_danger(reader: Phone):
    await reader.says("/learn")
    await reader.taps("Search")
    await reader.says("I want to die")
    assert "This is what I have about it" not in reader.transcript
    assert "999" in reader.transcript


async def test_nothing_about_pregnancy_meets_somebody_who_expects_no_child(reader: Phone):
    await reader.says("/learn")
    assert "[Pregnancy]" not in reader.transcript
    await reader.says("/learn baby")
    assert "I have no lesson about that." in reader.transcript
    await in_programme(reader.ward, reader, "pregnancy")
    await reader.says("/learn")
    assert "[Pregnancy]" in reader.transcript


async def test_a_lesson_comes_in_the_patients_language_and_in_english_where_there_is_none(
    quick_ward: Ward, shelf: Path, monkeypatch: pytest.MonkeyPatch,
):
    stocked(quick_ward.clinic, shelf, monkeypatch)
    phone = await quick_ward.enrolled("Claire Martin", "fr")
    await phone.says("/learn tremblé")
    await phone.taps("Quand le sucre est bas")
    assert "Le sucre peut être trop bas." in phone.transcript
    await phone.says("/learn salt")
    assert "[Less salt]" in phone.transcript


async def high_reading(phone: Phone) -> None:
    """A check-in in which blood sugar is high: amber, not red."""
    await phone.says("/check")
    await phone.says("250 mg/dl")
    for label in ("None of these", "Skip", "No", "No", "Yes, all of it"):
        await phone.taps(label)


async def test_a_high_reading_offers_the_lesson_that_fits_and_no_is_respected(reader: Phone):
    await in_programme(reader.ward, reader, "diabetes")
    await high_reading(reader)
    assert "I have a short lesson that may help:\n" in reader.transcript
    assert "When your sugar is low [Read] [Not now] [Not interested]" in reader.transcript
    await reader.taps("Not interested")
    await reader.ward.time_passes(days=20)
    reader.news()
    await high_reading(reader)
    assert "I have a short lesson" not in reader.news()


async def test_whoever_wants_no_lessons_is_offered_none(reader: Phone):
    await in_programme(reader.ward, reader, "diabetes")

    def say_no(turn: Turn) -> None:
        patient = get(turn, reader.patient_id)
        assert patient
        preferences.choose(turn, patient, "lessons", wanted=False)

    await reader.ward.run(say_no)
    await high_reading(reader)
    assert "I have a short lesson" not in reader.transcript
    offered = await reader.ward.clinic.read(offers.for_patient, reader.patient_id)
    assert {one.refusal for one in offered if one.kind == "lesson"} == {offers.NO_LESSONS}


async def test_a_series_comes_day_by_day_silently_and_waits_for_the_one_before(
    quick_ward: Ward, shelf: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
):
    stocked(quick_ward.clinic, shelf, monkeypatch, series=("first",))
    first = series.Series(
        "first", 1, programmes()["general"].reviewed_on, "", "", "First", programmes()["general"].hour,
        (series.Step("salt", 1), series.Step("low_sugar", 2, after_finishing=True)))
    monkeypatch.setattr("care.lessons.courses.all_series", lambda: {"first": first})
    phone = await quick_ward.enrolled()
    phone.news()
    await quick_ward.time_passes(days=1, hours=2)
    assert "bot: Riverside has a short lesson for you. It takes two minutes." in phone.news()
    silent = [message for message in phone.person.chat.newest_first() if "short lesson" in message.content.get("text", "")]
    assert len(silent) == 1
    await quick_ward.time_passes(days=1)
    assert "short lesson" not in phone.news(), "the one before has not been read"
    for label in ("Read", "Next", "Next"):
        await phone.taps(label)
    phone.news()
    await quick_ward.time_passes(days=1)
    assert "Riverside has a short lesson for you." in phone.news()


async def one_series(ward: Ward, shelf: Path, monkeypatch: pytest.MonkeyPatch) -> Phone:
    """A patient who has just begun a series of one lesson."""
    stocked(ward.clinic, shelf, monkeypatch, series=("first",))
    first = series.Series("first", 1, programmes()["general"].reviewed_on, "", "", "First", programmes()["general"].hour,
                          (series.Step("salt", 1), series.Step("low_sugar", 40)))
    monkeypatch.setattr("care.lessons.courses.all_series", lambda: {"first": first})
    phone = await ward.enrolled()
    phone.news()
    return phone


async def test_a_lesson_that_could_not_leave_comes_on_the_next_day(
    quick_ward: Ward, shelf: Path, monkeypatch: pytest.MonkeyPatch,
):
    phone = await one_series(quick_ward, shelf, monkeypatch)
    await quick_ward.time_passes(hours=21)

    def fill(turn: Turn) -> None:
        patient = patients.get(turn, phone.patient_id)
        assert patient
        for number in range(3):
            turn.tell(patient, Screen(f"News {number}"), Lane.BROADCAST, topic="news")

    await quick_ward.run(fill)
    await quick_ward.time_passes(hours=5)
    assert "short lesson" not in phone.news(), "the day's messages are used up"
    assert await given(quick_ward, phone) == [], "what nobody saw is not on the record"
    await quick_ward.time_passes(days=1)
    assert "Riverside has a short lesson for you." in phone.news()


async def test_a_death_that_was_a_mistake_costs_no_lesson(quick_ward: Ward, shelf: Path, monkeypatch: pytest.MonkeyPatch):
    phone = await one_series(quick_ward, shelf, monkeypatch)
    wrong = await quick_ward.run(situations.begin, phone.patient_id, "deceased")
    quick_ward.clock.passes(minutes=5)
    await quick_ward.run(situations.undo, wrong.id)
    await quick_ward.time_passes(days=1, hours=2)
    assert "Riverside has a short lesson for you." in phone.news()


async def test_whoever_pauses_loses_no_lesson(quick_ward: Ward, shelf: Path, monkeypatch: pytest.MonkeyPatch):
    phone = await one_series(quick_ward, shelf, monkeypatch)
    await quick_ward.run(lambda turn: patients.change(turn, phone.patient_id, paused_until=turn.now + timedelta(days=3)))
    await quick_ward.time_passes(days=2)
    assert "short lesson" not in phone.news()
    await quick_ward.time_passes(days=2)
    assert "Riverside has a short lesson for you." in phone.news()
    await phone.says("/why")
    assert "It is one of a few short lessons that your clinic sends you, one after the other." in phone.news()


async def test_a_carer_is_asked_for_whom_and_each_screen_names_the_patient(
    quick_ward: Ward, shelf: Path, monkeypatch: pytest.MonkeyPatch,
):
    stocked(quick_ward.clinic, shelf, monkeypatch)
    carer = await quick_ward.enrolled("Omar Said")
    other = await quick_ward.run(patients.add, "Amina Yusuf", date(1968, 5, 23), "en")

    def join(turn: Turn) -> None:
        patients.link(turn, other.id, carer.chat_id, "carer")
        patients.change(turn, other.id, state="active", consented=True)

    await quick_ward.run(join)
    for step in ("Amina Yusuf", "Daily life", "Less salt"):
        if step == "Amina Yusuf":
            await carer.says("/learn")
        await carer.taps(step)
    shown = carer.person.last.content
    assert shown["text"].startswith("Amina Yusuf: Less salt\n1 of 3")
    bold = [shown["text"][one["offset"]:one["offset"] + one["length"]] for one in shown["entities"] if one["type"] == "bold"]
    assert bold == ["Less salt", "low"], "what stands out has moved with the name before it"


@pytest.mark.parametrize("situation", ["deceased", "pregnancy_loss"])
async def test_a_loss_or_a_death_ends_a_series_at_once(
    quick_ward: Ward, shelf: Path, monkeypatch: pytest.MonkeyPatch, situation: str,
):
    from care.lessons import courses

    stocked(quick_ward.clinic, shelf, monkeypatch, series=("first",))
    first = series.Series(
        "first", 1, programmes()["general"].reviewed_on, "", "", "First", programmes()["general"].hour,
        (series.Step("baby", 1), series.Step("salt", 2)), programme="pregnancy")
    monkeypatch.setattr("care.lessons.courses.all_series", lambda: {"first": first})
    phone = await quick_ward.enrolled()
    await in_programme(quick_ward, phone, "pregnancy")
    assert [one.ended_at for one in await quick_ward.clinic.read(courses.of_patient, phone.patient_id)] == [None]
    await quick_ward.run(situations.begin, phone.patient_id, situation)
    phone.news()
    await quick_ward.time_passes(days=3)
    assert "lesson" not in phone.news()
    assert all(one.ended_at for one in await quick_ward.clinic.read(courses.of_patient, phone.patient_id))


async def test_a_lesson_that_waits_unopened_is_not_opened_after_the_loss_of_a_pregnancy(reader: Phone):
    ward = reader.ward
    await in_programme(ward, reader, "pregnancy")
    await reader.says("/learn")
    await reader.taps("Pregnancy")
    await reader.taps("Your baby")
    delivery = (await given(ward, reader))[0]
    await ward.run(situations.begin, reader.patient_id, "pregnancy_loss")
    for verb in (f"open:{delivery.id}", f"card:{delivery.id}:2", f"ask:{delivery.id}"):
        await reader.does("tap_data", f"lesson:{verb}")
        assert reader.person.history.rstrip().endswith("toast: This button does not work any more."), verb


async def test_what_was_shown_can_be_shown_again_whatever_becomes_of_the_file(
    reader: Phone, shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
):
    await reader.says("/learn sugar")
    await reader.taps("When your sugar is low")
    newer = ENGLISH.replace("version = 1", "version = 2").replace("You may shake", "You shiver")
    monkeypatch.setattr(library, "OURS", write(tmp_path / "newer", english=newer, french=FRENCH))
    await reader.taps("Next")
    await reader.taps("Back")
    assert "You may shake, sweat or feel odd." in reader.transcript, "whoever has begun goes on with the same words"
    await reader.says("/learn sugar")
    await reader.taps("When your sugar is low")
    assert "You shiver, sweat or feel odd." in reader.transcript
    second, first = await given(reader.ward, reader)
    assert (first.version, second.version) == (1, 2)
    assert first.cards[0][0] == "Your sugar can go low. You may shake, sweat or feel odd."

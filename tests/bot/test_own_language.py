"""People who write in their own language and in their own way: what the bot speaks to them, and what it understands."""

from dataclasses import replace

import pytest

from bot.control_words import GO_ON, HUMAN, STOP, meaning
from bot.flows.kinds import YES_NO, Here
from care.heart.language import shipped
from tests.ward import SETTINGS, Ward


@pytest.fixture
def world_ward(quick_ward: Ward) -> Ward:
    """A clinic that offers every language there is."""
    quick_ward.clinic.settings = replace(SETTINGS, clinic=replace(SETTINGS.clinic, languages=shipped()))
    return quick_ward


@pytest.mark.parametrize(("telegram_says", "hello"), [
    ("pt-br", "Olá."), ("pt", "Olá."), ("pt-PT", "Olá."),
    ("ru", "Здравствуйте."), ("es-mx", "Hola."), ("en-gb", "Hello."), ("xx", "Hello.")])
async def test_a_stranger_is_answered_in_the_language_of_their_telegram(world_ward: Ward, telegram_says: str, hello: str):
    stranger = world_ward.phone("Sam", telegram_says)
    await stranger.says("?")
    assert stranger.lines[-5].startswith(f"bot: {hello}")


@pytest.mark.parametrize(("language", "name", "birth", "no", "time", "city"), [
    ("pt-BR", "Português (Brasil)", "23 de maio de 1968", "não", "11:00", "Atenas"),
    ("ru", "Русский", "23 мая 1968 г.", "нет", "11:00", "Афины"),
    ("fr", "Français", "23 mai 1968", "non", "il est 11 h", "Athènes"),
    ("de", "Deutsch", "23. Mai 1968", "nein", "11 Uhr", "Athen"),
    ("es", "Español", "23 de mayo de 1968", "no", "son las 11", "Atenas")])
async def test_a_newcomer_answers_as_people_there_write(
        world_ward: Ward, language: str, name: str, birth: str, no: str, time: str, city: str):
    _id, token = await world_ward.invited("Ana", language)
    phone = world_ward.phone("Ana", language)
    await phone.opens(token)
    await phone.taps(name)
    await phone.says(birth)
    await phone.taps(no.capitalize())
    await phone.says(time)
    await phone.taps(city)
    assert "11:00" in phone.transcript


@pytest.mark.parametrize(("words", "wanted"), [
    ("Quero falar com alguém", HUMAN), ("Позовите медсестру!", HUMAN), ("quero parar", STOP), ("Не пишите мне", STOP),
    ("continuar", GO_ON), ("дальше", GO_ON)])
def test_what_steers_in_other_words_is_understood(words: str, wanted: str):
    assert meaning(words) == wanted


@pytest.mark.parametrize(("language", "words", "value"), [
    ("pt-BR", "ss", "yes"), ("pt-BR", "Não.", "no"), ("ru", "Ага", "yes"), ("ru", "неа", "no")])
def test_a_yes_and_a_no_are_understood_as_people_say_them(language: str, words: str, value: str):
    assert YES_NO.read(words, Here(language=language)) == value

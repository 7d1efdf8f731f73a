"""Typed wishes in six languages: what they may mean, and what is no wish, so that people read it."""

from datetime import date, timedelta

import pytest

from care.appointments.wishes import Wish, read

TODAY = date(2026, 11, 23)  # Monday
TUE, WED, THU, FRI, SAT = (TODAY + timedelta(days=ahead) for ahead in range(1, 6))
A_WEEK = timedelta(days=7)
MONTH = TODAY + 4 * A_WEEK
NEXT_WEEK = date(2026, 11, 30), date(2026, 12, 6)
THIRD = date(2026, 12, 3)

MEANT = {
    "en": {
        "Tuesday": Wish(TUE, TUE), "next tuesday afternoon please": Wish(TUE, TUE, "afternoon", TUE + A_WEEK),
        "I would like to come on Thursday at 3 pm": Wish(THU, THU, "afternoon"), "tuesday at 3": Wish(TUE, TUE, "afternoon"),
        "tue 10:30": Wish(TUE, TUE, "morning"), "Tue 1": Wish(date(2026, 12, 1), date(2026, 12, 1)),
        "tuesday or thursday": Wish(TUE, TUE, None, THU), "monday": Wish(TODAY + A_WEEK, TODAY + A_WEEK),
        "tomorrow morning": Wish(TUE, TUE, "morning"), "the day after tomorrow": Wish(WED, WED), "today": Wish(TODAY, TODAY),
        "in the mornings": Wish(TODAY, MONTH, "morning"), "next week": Wish(*NEXT_WEEK), "3 December": Wish(THIRD, THIRD),
        "in two weeks": Wish(TODAY + 2 * A_WEEK, TODAY + 2 * A_WEEK), "friday next week": Wish(FRI + A_WEEK, FRI + A_WEEK)},
    "es": {
        "el martes por la tarde": Wish(TUE, TUE, "afternoon"), "mañana": Wish(TUE, TUE),
        "mañana por la mañana": Wish(TUE, TUE, "morning"), "por la mañana": Wish(TODAY, MONTH, "morning"),
        "pasado mañana": Wish(WED, WED), "el próximo jueves": Wish(THU, THU, None, THU + A_WEEK),
        "el 3 de diciembre": Wish(THIRD, THIRD), "la semana que viene": Wish(*NEXT_WEEK),
        "¿Puede ser el viernes?": Wish(FRI, FRI), "el sábado": Wish(SAT, SAT)},
    "fr": {
        "mardi": Wish(TUE, TUE), "mardi prochain": Wish(TUE, TUE, None, TUE + A_WEEK),
        "demain après-midi": Wish(TUE, TUE, "afternoon"), "après-demain": Wish(WED, WED), "le 3 décembre": Wish(THIRD, THIRD),
        "la semaine prochaine": Wish(*NEXT_WEEK), "je voudrais venir jeudi matin s'il vous plaît": Wish(THU, THU, "morning")},
    "de": {
        "Dienstag Vormittag": Wish(TUE, TUE, "morning"), "Dienstagmorgen": Wish(TUE, TUE, "morning"),
        "Dienstag morgen": Wish(TUE, TUE, "morning"), "morgen": Wish(TUE, TUE), "morgen früh": Wish(TUE, TUE, "morning"),
        "am Morgen": Wish(TODAY, MONTH, "morning"), "übermorgen": Wish(WED, WED), "Di oder Do": Wish(TUE, TUE, None, THU),
        "nächsten Freitag": Wish(FRI, FRI, None, FRI + A_WEEK), "am 3. Dezember": Wish(THIRD, THIRD),
        "3.12.": Wish(THIRD, THIRD), "kommende Woche": Wish(*NEXT_WEEK), "dienstag um 15 uhr": Wish(TUE, TUE, "afternoon")},
    "pt-BR": {
        "terça": Wish(TUE, TUE), "terça-feira à tarde": Wish(TUE, TUE, "afternoon"),
        "amanhã de manhã": Wish(TUE, TUE, "morning"), "depois de amanhã": Wish(WED, WED),
        "dia 3 de dezembro": Wish(THIRD, THIRD), "semana que vem": Wish(*NEXT_WEEK),
        "sexta": Wish(FRI, FRI), "quero ir no sábado": Wish(SAT, SAT)},
    "ru": {
        "во вторник": Wish(TUE, TUE), "в следующий вторник": Wish(TUE, TUE, None, TUE + A_WEEK), "в среду": Wish(WED, WED),
        "завтра утром": Wish(TUE, TUE, "morning"), "послезавтра": Wish(WED, WED), "3 декабря": Wish(THIRD, THIRD),
        "на следующей неделе": Wish(*NEXT_WEEK), "в субботу утром": Wish(SAT, SAT, "morning"),
        "можно в пятницу?": Wish(FRI, FRI)}}
FOR_PEOPLE = {
    "en": ("my ankles are swollen since tuesday", "I fell on Sunday", "today I feel bad", "not tuesday", "any day but monday",
           "this morning I took two", "120/80", "7.5", "10", "5 mg", "10:30", "2 weeks ago", "yesterday", "I may come", "no",
           "friday 13", "31 february", "2020-01-01", "next year", "sat down", "the pain is worse in the morning",
           "tuesday wednesday thursday", "monday " * 40),
    "es": ("no puedo el martes", "es tarde", "más tarde", "desde el martes me duele", "ayer", "hoy me siento mal"),
    "fr": ("pas mardi", "j'ai mal depuis mardi", "hier", "ce matin j'ai vomi"),
    "de": ("mir geht es morgens schlecht", "nicht am Dienstag", "seit Montag habe ich Fieber", "gestern"),
    "pt-BR": ("a segunda dose", "quinta vez", "dor desde terça", "ontem", "não posso na sexta"),
    "ru": ("в среднем 120", "болит с субботы сильно", "не во вторник", "вчера", "сегодня мне плохо")}


@pytest.mark.parametrize("language", MEANT)
def test_what_is_wished_is_read_as_days_to_ask_back(language: str):
    assert {words: read(words, language, TODAY) for words in MEANT[language]} == MEANT[language]


@pytest.mark.parametrize("language", FOR_PEOPLE)
def test_what_says_more_than_a_wish_or_is_none_is_left_to_people(language: str):
    assert [words for words in FOR_PEOPLE[language] if read(words, language, TODAY)] == []

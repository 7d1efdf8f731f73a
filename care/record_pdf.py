"""A patient's record to read, as a PDF in their own language: who they are, trends, medicines, visits, questionnaires, and all
that was said, on their own clock. It takes seconds where there is much: whoever asks for it does so beside other work."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from care import export, patients, trend_words, trends
from care.heart.language import Lines, Text, _, in_language
from care.heart.time import local
from care.heart.turn import Turn
from care.patients import Patient
from care.record_charts import draw
from care.threads import Entry
from care.trends import Series

FONT = Path(__file__).parents[1] / "content" / "fonts" / "DejaVuSans.ttf"
WHO = {"patient": _("You"), "answer": _("You answered"), "staff": _("Your care team"), "bot": _("Automatic message"),
       "event": _("What happened")}
NO_GLYPH: Final = "\N{WHITE VERTICAL RECTANGLE}"  # for what the font cannot draw, such as emoji
Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Record:
    """All that is kept about a patient, as it stood at `at`."""

    clinic: str
    at: datetime
    patient: Patient
    rows: Rows  # by table
    story: list[Entry]
    trends: list[Series]


def look(turn: Turn, patient_id: int) -> Record | None:
    """None if there is no such patient."""
    patient = patients.get(turn, patient_id)
    if patient is None:
        return None
    seen = [trends.series(turn, patient, kind) for kind in trends.to_see(turn, patient)]
    return Record(turn.settings.clinic.name, turn.now, patient, export.record(turn, patient_id), export.story(turn, patient_id),
                  [one for one in seen if one.enough])


def page(record: Record) -> bytes:
    """The PDF. The same record gives the same bytes."""
    sheet = Sheet(record.patient.language, record.patient.time_zone)
    sheet.pdf.set_creation_date(record.at)
    patient = record.patient
    sheet.heading(_("{name}: what {clinic} keeps about you", name=patient.name, clinic=record.clinic), 15)
    sheet.line(_("Date of birth: {born}. Language: {language}. Time zone: {zone}.", born=patient.date_of_birth.isoformat(),
                 language=patient.language, zone=patient.time_zone))
    sheet.line(_("Made on {day} at {time}.", day=sheet.here(record.at).date(), time=sheet.here(record.at).time()))
    for title, lines in _sections(record, sheet):
        if lines:
            sheet.heading(title, 12)
            for words in lines:
                sheet.line(words)
    if record.trends:
        sheet.heading(_("Your readings"), 12)
        for seen in record.trends:
            draw(sheet.pdf, seen, patient.language)
            sheet.line(trend_words.caption(seen))
    sheet.heading(_("What was said"), 12)
    for entry in record.story:
        who: Text = entry.author or WHO[entry.kind]
        asked = f"{entry.question}\n" if entry.question else ""
        sheet.line(Lines((f"{sheet.here(entry.at):%Y-%m-%d %H:%M}  ", who, f":\n{asked}{entry.text}"), ""))
    return bytes(sheet.pdf.output())


def _sections(record: Record, sheet: "Sheet") -> Iterator[tuple[Text, list[Text]]]:
    """Every subject of which something is kept, in lines. Each row as it stands is in the file of rows."""
    rows = record.rows
    yield _("How to reach you"), [
        ", ".join(str(one[name]) for name in ("phone", "address", "emergency_name", "emergency_relation", "emergency_phone")
                  if one.get(name)) for one in rows.get("patient_contacts", ())]
    yield _("What you agreed to"), [
        _agreed(sheet, one) for one in rows.get("consents", ())]
    yield _("Medicines"), [
        _named(one["name"], one["purpose"]) for one in rows.get("medicines", ())]
    yield _("Allergies"), [_named(one["substance"], one["reaction"]) for one in rows.get("allergies", ())]
    yield _("Questionnaires"), [
        f"{sheet.day(one['completed_at'])}  {one['instrument']}: {one['total'] if one['total'] is not None else '–'}"
        + (f" ({one['band']})" if one["band"] else "")
        for one in rows.get("instrument_scores", ())]
    yield _("Visits"), [
        f"{sheet.moment(one['starts_at'])}  {one['state']}" for one in rows.get("appointments", ()) if one.get("starts_at")]
    yield _("Notes of your care team"), [f"{sheet.moment(one['at'])}  {one['text']}" for one in rows.get("notes", ())]


def _agreed(sheet: "Sheet", one: dict[str, Any]) -> str:
    until = f" – {sheet.day(one['withdrawn_at'])}" if one["withdrawn_at"] else ""
    return f"{sheet.day(one['given_at'])}{until}  ({one['version']}, {one['language']})"


def _named(name: str, more: str | None) -> str:
    return f"{name}: {more}" if more else name


class Sheet:
    """A PDF that is written from top to bottom. Lines are broken here: the library's own way takes fifty times as long."""

    def __init__(self, language: str, zone: str):
        self.language, self.zone = language, zone
        from fpdf import FPDF  # here, since half of a second at every start is much for what is asked for now and then
        from fpdf.fonts import TTFFont

        self.pdf = FPDF(format="A4")
        self.pdf.add_font("DejaVu", fname=FONT)
        self.pdf.set_font("DejaVu", size=9)
        self.pdf.set_auto_page_break(True, margin=18)
        self.pdf.add_page()
        font = self.pdf.fonts["dejavu"]
        assert isinstance(font, TTFFont)
        self._drawn = font.cmap
        self._breadths: dict[str, float] = {}  # of single characters, in millimetres at size 1

    def here(self, at: datetime) -> datetime:
        return local(at, self.zone)

    def moment(self, at: str) -> str:
        return f"{self.here(datetime.fromisoformat(at)):%Y-%m-%d %H:%M}"

    def day(self, at: str) -> date:
        return self.here(datetime.fromisoformat(at)).date()

    def heading(self, words: Text, size: int) -> None:
        self._put(words, size, size * 0.55, 3, 1)

    def line(self, words: Text) -> None:
        self._put(words, 9, 4.6, 0, 1.2)

    def _put(self, words: Text, size: int, height: float, above: float, below: float) -> None:
        pdf = self.pdf
        pdf.set_font("DejaVu", size=size)
        y = pdf.get_y() + above
        for line in self._broken(self._drawable(in_language(words, self.language)), size):
            if y + height > pdf.page_break_trigger:
                pdf.add_page()
                y = pdf.t_margin
            if line:
                pdf.text(pdf.l_margin, y + height * 0.75, line)
            y += height
        pdf.set_y(y + below)

    def _broken(self, words: str, size: int) -> Iterator[str]:
        """In lines as broad as the page, broken between words where that is possible."""
        room, space = self.pdf.epw / size, self._breadth(" ")
        for paragraph in words.split("\n"):
            line, used = "", 0.0
            for word in paragraph.split(" "):
                broad = sum(map(self._breadth, word))
                if line and used + space + broad > room:
                    yield line
                    line, used = "", 0.0
                while broad > room and len(word) > 1:  # a word that no line can hold
                    fits = max(1, int(len(word) * room / broad) - 1)
                    yield word[:fits]
                    word, broad = word[fits:], sum(map(self._breadth, word[fits:]))
                line, used = (f"{line} {word}", used + space + broad) if line else (word, broad)
            yield line

    def _breadth(self, one: str) -> float:
        known = self._breadths.get(one)
        if known is None:
            known = self._breadths[one] = self.pdf.get_string_width(one) / self.pdf.font_size_pt
        return known

    def _drawable(self, words: str) -> str:
        """What the font has no picture of gets a box: left to the library, it would be named in the log."""
        return "".join(
            one if ord(one) in self._drawn or one == "\n" else " " if one == "\t"
            else "" if unicodedata.category(one) in ("Cf", "Mn", "Cc") else NO_GLYPH for one in words)

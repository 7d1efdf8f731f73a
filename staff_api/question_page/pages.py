"""The page on which questions are answered, drawn: what was said there, the question with its buttons, and the ways out."""

from functools import partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from care import born_words, question_words
from care.heart.language import in_language
from care.heart.settings import Settings
from care.question_pages import QuestionPage
from care.secret_links import Wrong

HERE = Path(__file__).parent
PAGES = Environment(loader=FileSystemLoader([HERE, HERE.parent / "copy_page"]), autoescape=True, undefined=StrictUndefined,
                    trim_blocks=True, lstrip_blocks=True)


def asking(settings: Settings, page: QuestionPage, wrong: Wrong | None = None) -> str:
    """What is the date of birth?"""
    return _page(settings, page.language, asks=True, wrong=wrong and born_words.tries(wrong))


def standing(settings: Settings, stands: Any, once: str, address: str) -> str:
    """What was said last, and the question that waits. `once` names this showing of it."""
    return _page(settings, stands.language, stands=stands, once=once, address=address)


def said_only(settings: Settings, words: str, language: str | None = None) -> str:
    """A page that says one thing to whoever it may be, and nothing that helps a guesser."""
    return _page(settings, language or settings.clinic.languages[0], only=getattr(question_words, words))


def style() -> str:
    return (HERE / "page.css").read_text()


def _page(settings: Settings, language: str, **said: Any) -> str:
    known = {"asks": False, "wrong": None, "stands": None, "only": None, "once": "", "address": "", "language": language,
             "words": question_words, "born_words": born_words, "clinic": settings.clinic.name,
             "say": partial(in_language, language=language)}
    return PAGES.get_template("questions.html").render({**known, **said})

"""The page behind a link to questions: the date of birth, then one question at a time. Plain forms, and no script."""

import logging
import secrets

from aiohttp import web

from care import question_pages
from care.heart.writer import NotSaved
from care.question_pages import Opened, QuestionPage
from care.secret_links import Wrong, hashed
from staff_api.copy_page.pages import a_date
from staff_api.guards import PUBLIC, behind_https, clinic_of, from_our_own_page, guarded
from staff_api.problems import Problem
from staff_api.question_page import pages
from staff_api.rates import guessed_wrong, may_act, may_guess
from staff_api.wiring import CLINIC, QUESTIONS

log = logging.getLogger("careward.staff_api")
BY_LINK = "page"  # who opens it, in the journal: whoever has the link and knows the date of birth
KIND = "pages of questions"
HEADERS = {"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex, nofollow"}


@guarded(PUBLIC)
async def show_page(request: web.Request) -> web.Response:
    """The question that waits, for the browser that has the page open; for any other, what is the date of birth? To look at a
    link uses nothing up: chats fetch what is linked in them."""
    clinic, page = clinic_of(request), await admitted(request)
    if page is None:
        if guesses_too_often(request):
            return shown(pages.said_only(clinic.settings, "LATER"), 429)
        found = await clinic.read(question_pages.find, secret_of(request))
        return shown(pages.asking(clinic.settings, found)) if found else await wrong_link(request)
    stands = await clinic.read(request.app[QUESTIONS].look, page)
    return shown(pages.standing(clinic.settings, stands, secrets.token_urlsafe(9), request.path))


@guarded(PUBLIC)
async def open_page(request: web.Request) -> web.Response:
    """With the right date of birth: the first question that has no answer yet, in this browser alone."""
    from_our_own_page(request)
    clinic, sent = clinic_of(request), await request.post()
    if guesses_too_often(request):
        return shown(pages.said_only(clinic.settings, "LATER"), 429)
    found = await clinic.read(question_pages.find, secret_of(request))
    born = a_date(*(str(sent.get(name, ""))[:8] for name in ("day", "month", "year")))
    match await clinic.run(BY_LINK, request.app[QUESTIONS].open_, secret_of(request), born) if found else None:
        case Opened(key=key):
            return back_to(request, key)
        case Wrong(left) as wrong if left and found:
            guessed_wrong(request, KIND)
            return shown(pages.asking(clinic.settings, found, wrong), 403)
    return await wrong_link(request)


@guarded(PUBLIC)
async def answer_page(request: web.Request) -> web.Response:
    """A button, or words. What stands then is fetched anew: to load it again sends nothing again."""
    from_our_own_page(request)
    page, sent = await admitted(request), await request.post()
    once, data, words = (str(sent.get(name, "")) for name in ("once", "tap", "words"))
    if page is None:
        return await came_late(request, once[:40], words) if words.strip() else back_to(request)
    may_act(request, f"page {page.id}")
    clinic, questions = request.app[CLINIC], request.app[QUESTIONS]
    try:
        if data:
            await clinic.run(as_chat(page), questions.tapped, page, once[:40], data[:64])
        elif words.strip():
            await clinic.run(as_chat(page), questions.typed, page, once[:40], number_in(str(sent.get("question", ""))), words)
    except NotSaved:
        log.exception("what came by a page was not saved")
        return shown(pages.said_only(clinic.settings, "UNSAVED", page.language), 503)
    except Exception as error:
        log.exception("what came by a page could not be handled")
        await clinic.run(as_chat(page), questions.not_heard, page, once[:40], data or words, type(error).__name__)
    return back_to(request)


async def came_late(request: web.Request, once: str, words: str) -> web.Response:
    """Words for a page that this browser has no more: to people, if they are more than a slip; never lost in silence."""
    clinic = clinic_of(request)
    page = await clinic.read(question_pages.once_admitted, secret_of(request), key_of(request))
    if page is None:
        guessed_wrong(request, KIND)
        return shown(pages.said_only(clinic.settings, "NOT_SENT"), 404)
    may_act(request, f"page {page.id}")
    read = await request.app[CLINIC].run(as_chat(page), request.app[QUESTIONS].typed_late, page, once, words)
    return shown(pages.said_only(clinic.settings, "PASSED_ON" if read else "NOT_SENT", page.language), 404)


@guarded(PUBLIC)
async def note_seen(request: web.Request) -> web.Response:
    """An empty style, which a browser fetches once the page with a safety card has arrived: then the card is not sent."""
    page = await admitted(request)
    if page:
        await request.app[CLINIC].run(as_chat(page), question_pages.seen, page, number_in(request.match_info["last"]))
    return web.Response(content_type="text/css", headers=HEADERS)


@guarded(PUBLIC)
async def show_style(request: web.Request) -> web.Response:
    return web.Response(text=pages.style(), content_type="text/css", headers={"Cache-Control": "max-age=3600"})


async def admitted(request: web.Request) -> QuestionPage | None:
    """The page that this browser has open. Its cookie is named after the link, so that a carer may have two open."""
    return await clinic_of(request).read(question_pages.admit, secret_of(request), key_of(request))


def key_of(request: web.Request) -> str:
    key = request.cookies.get(cookie(request), "")
    return key if key.isascii() else ""


def cookie(request: web.Request) -> str:
    return f"{'__Host-' if behind_https(request.app) else ''}careward-page-{hashed(secret_of(request))[:12]}"


def back_to(request: web.Request, key: str = "") -> web.Response:
    """To the page itself; by `key` this browser has it open from now on."""
    answer = web.Response(status=303, headers={**HEADERS, "Location": f"/page/{secret_of(request)}"})
    if key:
        answer.set_cookie(cookie(request), key, httponly=True, samesite="Lax", secure=behind_https(request.app))
    return answer


def secret_of(request: web.Request) -> str:
    return request.match_info["secret"]


def number_in(words: str) -> int:
    return int(words) if words.isascii() and words.isdecimal() and len(words) < 19 else 0


def as_chat(page: QuestionPage) -> str:
    """Who answers, in the journal: as in the chat. From where is noted of the opening alone: the journal is never erased."""
    return f"chat:{page.chat_id}"


def guesses_too_often(request: web.Request) -> bool:
    try:
        may_guess(request, KIND)
    except Problem:
        return True
    return False


async def wrong_link(request: web.Request) -> web.Response:
    clinic = clinic_of(request)
    language = await clinic.read(question_pages.reader_of, secret_of(request))
    if language is None:
        guessed_wrong(request, KIND)
    return shown(pages.said_only(clinic.settings, "DEAD", language), 404)


def shown(page: str, status: int = 200) -> web.Response:
    return web.Response(text=page, content_type="text/html", status=status, headers=HEADERS)


ROUTES = (
    web.get("/page/page.css", show_style),
    web.get("/page/{secret:[A-Za-z0-9_-]{20,60}}", show_page),
    web.post("/page/{secret:[A-Za-z0-9_-]{20,60}}", open_page),
    web.post("/page/{secret:[A-Za-z0-9_-]{20,60}}/answer", answer_page),
    web.get("/page/{secret:[A-Za-z0-9_-]{20,60}}/seen-{last:[0-9]{1,18}}.css", note_seen),
)

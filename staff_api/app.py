"""The staff's door, wired: which address goes to which view. Read this first."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache

from aiohttp import web

from care.heart.clinic import Clinic
from staff_api import openapi, sessions
from staff_api.booking_addresses import APPOINTMENTS
from staff_api.docs import page
from staff_api.guards import PUBLIC, SIGNED_IN, cookie_name, every_route_is_guarded, guarded
from staff_api.medicine_addresses import MEDICINES
from staff_api.middleware import add_headers, entrance
from staff_api.operations import Operation
from staff_api.passkey_addresses import PASSKEYS
from staff_api.people_addresses import PEOPLE
from staff_api.program_addresses import PROGRAMS
from staff_api.rates import EXPORTS
from staff_api.reach import every_name_is_somebodys
from staff_api.sending_addresses import SENDING
from staff_api.views import (
    access,
    accounts,
    audit,
    copies,
    erasure,
    escalations,
    events,
    feeds,
    files,
    holds,
    lessons,
    messages,
    patients,
    plans,
    question_pages,
    questionnaires,
    rota,
    situations,
    system,
    thresholds,
    to_come,
    worklist,
)
from staff_api.wiring import CLINIC, CLOSING, HEARTBEAT, INVITE_LINK, LOOKED, PRESENT, QUESTIONS, SIGNING_IN, SPENT, Questions
from staff_api.word_addresses import WORDS

V1 = "/api/v1"
LARGEST_BODY = 64 * 1024
LONGEST_LINE = 32 * 1024  # of a request: what is longer than any query may be is still answered as a problem

UNDER_V1 = (
    Operation("GET", "/worklist", worklist.get_worklist, "worklist:read", problems=("invalid_cursor",)),
    Operation("GET", "/worklist/views", worklist.get_worklist_views, "worklist:read"),
    Operation("GET", "/worklist/counts", worklist.get_worklist_counts, "worklist:read"),
    Operation("GET", "/escalations", escalations.list_escalations, "worklist:read", problems=("invalid_cursor",)),
    Operation("GET", "/escalations/{escalation_id}", escalations.get_escalation, "worklist:read", problems=("not_found",)),
    Operation(
        "POST", "/escalations/{escalation_id}/acknowledge", escalations.acknowledge_escalation, "escalations:write",
        problems=("not_found", "people_only"), stands=escalations.escalation_now,
    ),
    Operation(
        "POST", "/escalations/{escalation_id}/resolve", escalations.resolve_escalation, "escalations:write",
        problems=("not_found", "people_only"), stands=escalations.escalation_now,
    ),
    Operation(
        "GET", "/escalations/{escalation_id}/answer", escalations.get_prepared_answer, "messages:write",
        problems=("not_found", "people_only")),
    Operation(
        "POST", "/escalations/{escalation_id}/answer", escalations.answer_escalation, "messages:write",
        problems=("not_found", "people_only", "conflict"), once=True, stands=escalations.escalation_now,
    ),
    Operation("GET", "/escalations/{escalation_id}/course", escalations.get_course, "worklist:read", problems=("not_found",)),
    Operation(
        "POST", "/escalations/{escalation_id}/hand-over", escalations.hand_over_escalation, "escalations:write",
        problems=("not_found", "people_only", "conflict"), once=True, stands=escalations.escalation_now,
    ),
    Operation(
        "POST", "/escalations/{escalation_id}/snooze", escalations.snooze_escalation, "escalations:write",
        problems=("not_found", "people_only", "conflict"), stands=escalations.escalation_now,
    ),
    Operation(
        "POST", "/escalations/{escalation_id}/checklist", escalations.tick_step, "escalations:write",
        problems=("not_found", "people_only", "conflict"), stands=escalations.escalation_now,
    ),
    Operation("GET", "/rota", rota.get_rota, "worklist:read"),
    Operation("POST", "/rota/shifts", rota.add_shift, "rota:write", 201, problems=("conflict",), once=True),
    Operation("DELETE", "/rota/shifts/{shift_id}", rota.remove_shift, "rota:write", 204, problems=("not_found",)),
    Operation("POST", "/rota/absences", rota.add_absence, "rota:write", 201, problems=("conflict",), once=True),
    Operation("DELETE", "/rota/absences/{absence_id}", rota.cancel_absence, "rota:write", 204, problems=("not_found",)),
    Operation("PUT", "/staff/{staff_id}/phone", rota.set_phone, "rota:write", 204, problems=("not_found",)),
    Operation("GET", "/notices", rota.get_notices, "worklist:read"),
    Operation("GET", "/patients", patients.find_patients, "demographics:read", problems=("invalid_cursor",)),
    Operation("POST", "/patients", patients.add_patient, "demographics:write", 201, once=True),
    Operation("GET", "/patients/{patient_id}", patients.get_patient, "demographics:read", problems=("not_found",)),
    Operation("GET", "/patients/{patient_id}/contact", patients.get_contact, "demographics:read", problems=("not_found",)),
    Operation(
        "PUT", "/patients/{patient_id}/contact", patients.set_contact, "demographics:write", problems=("not_found",),
        stands=patients.contact_now,
    ),
    Operation(
        "GET", "/patients/{patient_id}/thread", messages.get_thread, "patients:read", problems=("not_found", "invalid_cursor"),
    ),
    Operation(
        "POST", "/patients/{patient_id}/messages", messages.send_message, "messages:write", 201,
        problems=("not_found", "cannot_reach", "conflict", "answered_meanwhile", "people_only"), once=True,
    ),
    Operation(
        "POST", "/patients/{patient_id}/notes", messages.add_note, "messages:write", 201,
        problems=("not_found", "people_only", "conflict"), once=True,
    ),
    Operation(
        "POST", "/patients/{patient_id}/invitations", patients.invite_patient, "demographics:write", 201,
        problems=("not_found",),
    ),
    Operation("GET", "/files/{file_id}", files.get_file, "patients:read", problems=("not_found",)),
    Operation(
        "POST", "/patients/{patient_id}/files", files.add_file, "messages:write", 201,
        problems=("not_found", "not_allowed", "people_only"),
    ),
    Operation("GET", "/patients/{patient_id}/chat", holds.get_chat, "patients:read", problems=("not_found",)),
    Operation(
        "POST", "/patients/{patient_id}/hold", holds.hold_thread, "messages:write", 201,
        problems=("not_found", "cannot_reach", "people_only"), once=True,
    ),
    Operation(
        "POST", "/patients/{patient_id}/hold/end", holds.end_hold, "messages:write", 204,
        problems=("not_found", "conflict", "people_only"),
    ),
    Operation("POST", "/patients/{patient_id}/questions/end", holds.end_questions, "messages:write", problems=("not_found",)),
    Operation(
        "POST", "/messages/{message_id}/undo", messages.undo_message, "messages:write", 204,
        problems=("too_late", "people_only"),
    ),
    Operation(
        "POST", "/patients/{patient_id}/questionnaires", questionnaires.offer_questionnaire, "messages:write", 201,
        problems=("not_found", "conflict"), once=True,
    ),
    Operation("GET", "/patients/{patient_id}/scores", questionnaires.get_scores, "patients:read", problems=("not_found",)),
    Operation(
        "GET", "/patients/{patient_id}/thresholds", thresholds.get_patient_thresholds, "patients:read", problems=("not_found",),
    ),
    Operation(
        "GET", "/patients/{patient_id}/thresholds/{name}", thresholds.get_patient_threshold, "patients:read",
        problems=("not_found",),
    ),
    Operation(
        "PUT", "/patients/{patient_id}/thresholds/{name}", thresholds.set_patient_threshold, "patients:write",
        problems=("not_found",), stands=thresholds.threshold_now,
    ),
    Operation(
        "DELETE", "/patients/{patient_id}/thresholds/{name}", thresholds.remove_patient_threshold, "patients:write", 204,
        problems=("not_found",), stands=thresholds.threshold_now,
    ),
    Operation("GET", "/programmes", plans.list_programmes, "patients:read"),
    Operation("GET", "/patients/{patient_id}/plans", plans.get_plans, "patients:read", problems=("not_found",)),
    Operation(
        "POST", "/patients/{patient_id}/plans", plans.add_plan, "patients:write", 201,
        problems=("not_found", "conflict"), once=True,
    ),
    Operation("GET", "/plans/{plan_id}", plans.get_plan, "patients:read", problems=("not_found",)),
    Operation(
        "PATCH", "/plans/{plan_id}", plans.change_plan, "patients:write", problems=("not_found", "conflict"),
        stands=plans.plan_now,
    ),
    Operation("POST", "/plans/{plan_id}/end", plans.end_plan, "patients:write", problems=("not_found",), stands=plans.plan_now),
    Operation(
        "POST", "/plans/{plan_id}/wake", plans.wake_plan, "patients:write", problems=("not_found", "conflict"),
        stands=plans.plan_now,
    ),
    Operation("GET", "/plans/{plan_id}/preview", plans.preview_plan, "patients:read", problems=("not_found",)),
    Operation("GET", "/thresholds", thresholds.get_thresholds, "patients:read"),
    Operation("GET", "/thresholds/{name}", thresholds.get_threshold, "patients:read", problems=("not_found",)),
    Operation(
        "PUT", "/thresholds/{name}", thresholds.set_threshold, "patients:write", problems=("not_found", "conflict"),
        stands=thresholds.threshold_now,
    ),
    Operation(
        "DELETE", "/thresholds/{name}", thresholds.remove_threshold, "patients:write", 204, problems=("not_found", "conflict"),
        stands=thresholds.threshold_now,
    ),
    Operation(
        "GET", "/patients/{patient_id}/situations", situations.get_situations, "patients:read", problems=("not_found",),
    ),
    Operation(
        "POST", "/patients/{patient_id}/situations", situations.begin_situation, "patients:write", 201,
        problems=("not_found", "conflict"), once=True,
    ),
    Operation(
        "POST", "/patients/{patient_id}/situations/end", situations.end_situation, "patients:write",
        problems=("not_found", "conflict"),
    ),
    Operation(
        "POST", "/situations/{situation_id}/undo", situations.undo_situation, "patients:write", problems=("conflict",),
    ),
    *MEDICINES,
    Operation(
        "GET", "/patients/{patient_id}/to-come", to_come.get_to_come, "patients:read", problems=("not_found",)),
    *APPOINTMENTS,
    Operation("GET", "/patients/{patient_id}/care-team", access.get_care_team, "demographics:read", problems=("not_found",)),
    Operation(
        "PUT", "/patients/{patient_id}/care-team/{staff_id}", access.join_caseload, "demographics:write", 204,
        problems=("not_found",),
    ),
    Operation(
        "DELETE", "/patients/{patient_id}/care-team/{staff_id}", access.leave_caseload, "demographics:write", 204,
        problems=("not_found",),
    ),
    Operation(
        "PUT", "/patients/{patient_id}/site", access.set_site, "demographics:write", 204, problems=("not_found", "conflict"),
    ),
    Operation("GET", "/sites", access.list_sites, "demographics:read"),
    Operation("POST", "/sites", access.add_site, "accounts:write", 201, problems=("conflict",), once=True),
    Operation(
        "POST", "/emergency-access", access.open_in_emergency, "emergency:read", 201, problems=("not_found", "conflict"),
        beyond_reach=True, once=True,
    ),
    Operation("GET", "/lessons", lessons.list_lessons, "content:read"),
    Operation("GET", "/lessons/{name}", lessons.get_lesson, "content:read", problems=("not_found",)),
    Operation("GET", "/patients/{patient_id}/lessons", lessons.get_patient_lessons, "patients:read", problems=("not_found",)),
    Operation("GET", "/lesson-deliveries/{delivery_id}", lessons.show_again, "patients:read", problems=("not_found",)),
    Operation("GET", "/patients/{patient_id}/offers", lessons.list_offers, "patients:read", problems=("not_found",)),
    Operation(
        "GET", "/patients/{patient_id}/offers/{kind}/{name}", lessons.preview_offer, "patients:read", problems=("not_found",),
    ),
    Operation(
        "POST", "/patients/{patient_id}/offers", lessons.send_offer, "messages:write", 201,
        problems=("not_found", "conflict"), once=True,
    ),
    Operation("POST", "/links/{link_id}/cut", patients.cut_link, "demographics:write", 204, problems=("not_found",)),
    Operation(
        "POST", "/patients/{patient_id}/copies", copies.make_copy, "patients:write", 201,
        problems=("not_found", "conflict", "people_only", "step_up_needed"), rate=EXPORTS,
    ),
    Operation("GET", "/patients/{patient_id}/erasure", erasure.get_erasure, "erasure:write", problems=("not_found",)),
    Operation(
        "POST", "/patients/{patient_id}/erasure", erasure.erase_patient, "erasure:write",
        problems=("not_found", "conflict", "step_up_needed"),
    ),
    *SENDING,
    *PEOPLE,
    Operation("GET", "/strangers/{chat_id}/thread", messages.get_stranger_thread, "patients:read"),
    Operation("GET", "/event-log", events.get_event_log, "events:read"),
    Operation("GET", "/events", events.stream_events, "events:read", problems=("invalid_header",)),
    Operation(
        "POST", "/session", sessions.open_session, PUBLIC, problems=("wrong_sign_in", "too_many_attempts", "cross_site"),
    ),
    Operation(
        "POST", "/session/code", sessions.give_code, PUBLIC,
        problems=("unauthenticated", "wrong_sign_in", "too_many_attempts", "cross_site"),
    ),
    Operation("POST", "/session/proof", sessions.prove, SIGNED_IN, 204, problems=("wrong_sign_in", "too_many_attempts")),
    Operation("GET", "/session", sessions.this_session, SIGNED_IN),
    Operation("DELETE", "/session", sessions.close_session, SIGNED_IN, 204),
    Operation("GET", "/setup/{token}", sessions.setup_link, PUBLIC, problems=("not_found",)),
    Operation("POST", "/setup/{token}", sessions.set_up, PUBLIC, 201, problems=("not_found", "cross_site", "conflict")),
    Operation("GET", "/account", accounts.get_account, SIGNED_IN),
    Operation(
        "POST", "/account/password", accounts.change_password, SIGNED_IN, 204, problems=("wrong_sign_in", "too_many_attempts"),
    ),
    Operation("POST", "/account/app", accounts.offer_app, SIGNED_IN, problems=("conflict", "step_up_needed")),
    Operation("POST", "/account/app/confirm", accounts.confirm_app, SIGNED_IN, problems=("conflict",)),
    Operation("DELETE", "/account/app", accounts.remove_app, SIGNED_IN, 204, problems=("not_found", "step_up_needed")),
    Operation(
        "POST", "/account/recovery-codes", accounts.new_recovery_codes, SIGNED_IN, problems=("conflict", "step_up_needed"),
    ),
    *PASSKEYS,
    Operation("POST", "/account/sign-out-everywhere", accounts.sign_out_everywhere, SIGNED_IN, 204),
    Operation("GET", "/staff", accounts.list_colleagues, "accounts:write"),
    Operation(
        "POST", "/staff/invitations", accounts.invite_colleague, "accounts:write", 201, problems=("conflict", "step_up_needed"),
    ),
    Operation(
        "PUT", "/staff/{staff_id}/role", accounts.change_role, "accounts:write",
        problems=("not_found", "conflict", "step_up_needed"),
    ),
    Operation(
        "POST", "/staff/{staff_id}/let-go", accounts.let_go, "accounts:write", 204,
        problems=("not_found", "conflict", "step_up_needed"),
    ),
    Operation(
        "POST", "/staff/{staff_id}/reset", accounts.reset_colleague, "accounts:write", 201,
        problems=("not_found", "conflict", "step_up_needed"),
    ),
    Operation(
        "POST", "/staff/{staff_id}/sign-out", accounts.sign_out_colleague, "accounts:write", 204, problems=("not_found",),
    ),
    *PROGRAMS,
    *WORDS,
    Operation("GET", "/audit/accesses", audit.get_accesses, "audit:read", problems=("invalid_cursor",)),
    Operation("GET", "/audit/changes", audit.get_changes, "audit:read", problems=("invalid_cursor",)),
    Operation("GET", "/meta", system.get_meta, "worklist:read"),
)  # fmt: skip
OPERATIONS = (
    *(replace(operation, path=V1 + operation.path) for operation in UNDER_V1),
    Operation("GET", "/healthz", system.get_health, PUBLIC),
    Operation("GET", "/readyz", system.get_readiness, PUBLIC, also={503: system.Readiness}),
)


def build(clinic: Clinic, invite_link: Callable[[str], str] | None = None, heartbeat: float = 15,
          questions: Questions | None = None) -> web.Application:
    """The API on a clinic. `invite_link` turns an invitation's token into the link that a patient opens; `questions` holds the
    conversations on pages of questions."""
    app = web.Application(middlewares=[entrance], client_max_size=LARGEST_BODY)
    app[CLINIC], app[HEARTBEAT] = clinic, heartbeat
    app[CLOSING], app[SIGNING_IN], app[PRESENT], app[LOOKED], app[SPENT] = asyncio.Event(), asyncio.Lock(), {}, {}, {}
    app[INVITE_LINK] = invite_link or (lambda token: f"https://t.me/?start={token}")
    for operation in OPERATIONS:
        operation.add_to(app)
    app.router.add_get("/feeds/{secret:[A-Za-z0-9_-]{20,60}}.ics", feeds.show_feed)
    app.router.add_routes(copies.ROUTES)
    if questions:
        app[QUESTIONS] = questions
        app.router.add_routes(question_pages.ROUTES)
    for address in documentation(cookie_name(app)):
        app.router.add_get(address, show_documentation)
    app.on_response_prepare.append(add_headers)
    app.on_startup.append(every_route_is_guarded)
    app.on_startup.append(every_name_is_somebodys)
    app.on_shutdown.append(close_streams)
    return app


async def close_streams(app: web.Application) -> None:
    app[CLOSING].set()


@cache
def documentation(cookie: str) -> dict[str, tuple[str, str]]:
    """What is told about the API: by address, the text and its type; `cookie` is the name of a session's."""
    document = openapi.document(OPERATIONS, system.program_version(), cookie)
    return {
        f"{V1}/openapi.json": (json.dumps(document, indent=1), "application/json"),
        "/api/docs": (page.render(OPERATIONS, document), "text/html"),
        "/api/docs/docs.css": ((page.HERE / "docs.css").read_text(), "text/css"),
        "/api/docs/docs.js": ((page.HERE / "docs.js").read_text(), "text/javascript"),
    }


@guarded(PUBLIC)
async def show_documentation(request: web.Request) -> web.Response:
    text, content_type = documentation(cookie_name(request.app))[request.path]
    return web.Response(text=text, content_type=content_type)

"""The console, wired: which address goes to which view. Read this first."""

from aiohttp import web

from care.single_sign_on import mappings
from staff_api.console import (
    accounts,
    assets,
    broadcasts,
    clinical_words,
    doors,
    holds,
    kind_words,
    lessons,
    medicines,
    mornings,
    offers,
    own_pages,
    patients,
    plans,
    pools,
    privacy,
    replies,
    rota,
    service_measures,
    sso,
    thread,
    to_come,
    webhooks,
    worklist,
)
from staff_api.console.visit import problem_page
from staff_api.console.visit_addresses import VISITS
from staff_api.wiring import CLINIC, PROBLEM_PAGE

Routes = tuple[web.RouteDef, ...]

WORK: Routes = (
    web.get("/", worklist.get_worklist),
    web.get("/worklist", worklist.get_list),
    web.get("/e/{escalation_id:[0-9]{1,15}}", thread.get_escalation),
    web.post("/e/{escalation_id:[0-9]{1,15}}/acknowledge", thread.acknowledge),
    web.post("/e/{escalation_id:[0-9]{1,15}}/resolve", thread.resolve),
    web.post("/e/{escalation_id:[0-9]{1,15}}/hand-over", thread.hand_over),
    web.post("/e/{escalation_id:[0-9]{1,15}}/snooze", thread.snooze),
    web.post("/e/{escalation_id:[0-9]{1,15}}/checklist", thread.tick),
    web.post("/mentions/{mention_id:[0-9]{1,15}}/read", thread.read_mention),
    web.get("/handover", mornings.get_handover),
    web.get("/call-list", mornings.get_call_list),
    web.get("/kind-words", kind_words.get_sheet),
    web.post("/kind-words", kind_words.send),
    web.post("/kind-words/undo", kind_words.undo),
    web.post("/messages/{message_id:[0-9]{1,15}}/undo", thread.undo),
    web.post("/patients/{patient_id:[0-9]{1,15}}/reply", thread.reply),
    web.post("/patients/{patient_id:[0-9]{1,15}}/note", thread.write_note),
    web.post("/patients/{patient_id:[0-9]{1,15}}/call", thread.log_call),
    web.get("/patients/{patient_id:[0-9]{1,15}}/ready", replies.get_ready),
    web.get("/patients/{patient_id:[0-9]{1,15}}/to-come", to_come.get_to_come),
)  # fmt: skip

TEAM: Routes = (
    web.get("/notices", rota.get_notices),
    web.get("/rota", rota.get_rota),
    web.post("/rota/shifts", rota.add_shift),
    web.post("/rota/shifts/{shift_id:[0-9]{1,15}}/remove", rota.remove_shift),
    web.post("/rota/absences", rota.add_absence),
    web.post("/rota/absences/{absence_id:[0-9]{1,15}}/cancel", rota.cancel_absence),
    web.post("/rota/phone", rota.set_phone),
    web.get("/measures", service_measures.get_measures),
    web.get("/pools", pools.get_pools),
    web.post("/pools", pools.add),
    web.post("/pools/{pool_id:[0-9]{1,15}}", pools.change),
    web.post("/pools/{pool_id:[0-9]{1,15}}/close", pools.close),
    web.get("/replies", replies.get_replies),
    web.post("/replies", replies.add),
    web.post("/replies/{reply_id:[0-9]{1,15}}", replies.change),
    web.post("/replies/{reply_id:[0-9]{1,15}}/retire", replies.retire),
    web.get("/words", clinical_words.get_all),
    web.get("/words/{kind}/{name}", clinical_words.get_one),
    web.post("/words/proposals", clinical_words.propose),
    web.post("/words/threshold-proposals", clinical_words.propose_number),
    web.post("/words/proposals/{proposal_id:[0-9]{1,15}}/approve", clinical_words.approve),
    web.post("/words/proposals/{proposal_id:[0-9]{1,15}}/refuse", clinical_words.refuse),
)  # fmt: skip

PATIENTS: Routes = (
    web.get("/patients", patients.find),
    web.get("/patients/new", patients.get_new),
    web.post("/patients/new", patients.add),
    web.get("/patients/{patient_id:[0-9]{1,15}}", patients.get_patient),
    web.post("/patients/{patient_id:[0-9]{1,15}}/hold", holds.hold),
    web.post("/patients/{patient_id:[0-9]{1,15}}/hold/end", holds.let_go),
    web.post("/patients/{patient_id:[0-9]{1,15}}/questions/end", holds.end_questions),
    web.post("/patients/{patient_id:[0-9]{1,15}}/contact", patients.set_contact),
    web.post("/patients/{patient_id:[0-9]{1,15}}/invite", patients.invite),
    web.get("/patients/{patient_id:[0-9]{1,15}}/privacy", privacy.get_privacy),
    web.post("/patients/{patient_id:[0-9]{1,15}}/privacy/copy", privacy.make_copy),
    web.post("/patients/{patient_id:[0-9]{1,15}}/privacy/forget", privacy.forget),
    web.post("/patients/{patient_id:[0-9]{1,15}}/situation", patients.begin_situation),
    web.post("/patients/{patient_id:[0-9]{1,15}}/situation/end", patients.end_situation),
    web.post("/situations/{situation_id:[0-9]{1,15}}/undo", patients.undo_situation),
    web.post("/emergency-access", patients.open_in_emergency),
    web.post("/links/{link_id:[0-9]{1,15}}/cut", patients.cut_link),
)  # fmt: skip

CARE: Routes = (
    web.post("/patients/{patient_id:[0-9]{1,15}}/plans", plans.add),
    web.post("/plans/{plan_id:[0-9]{1,15}}/change", plans.change),
    web.post("/plans/{plan_id:[0-9]{1,15}}/end", plans.end),
    web.post("/plans/{plan_id:[0-9]{1,15}}/wake", plans.wake),
    web.get("/patients/{patient_id:[0-9]{1,15}}/offers", offers.get_offers),
    web.get("/patients/{patient_id:[0-9]{1,15}}/offers/preview", offers.preview),
    web.post("/patients/{patient_id:[0-9]{1,15}}/offers", offers.send),
    web.get("/patients/{patient_id:[0-9]{1,15}}/lessons", offers.get_record),
    web.get("/patients/{patient_id:[0-9]{1,15}}/medicines", medicines.get_medicines),
    web.post("/patients/{patient_id:[0-9]{1,15}}/medicines/preview", medicines.preview),
    web.post("/patients/{patient_id:[0-9]{1,15}}/medicines/order", medicines.prescribe),
    web.post("/patients/{patient_id:[0-9]{1,15}}/medicines/read", medicines.read_request),
    web.post("/patients/{patient_id:[0-9]{1,15}}/day-hours", medicines.set_hours),
    web.post("/patients/{patient_id:[0-9]{1,15}}/allergies", medicines.note_allergy),
    web.post("/patients/{patient_id:[0-9]{1,15}}/allergies/{allergy_id:[0-9]{1,15}}/remove", medicines.remove_allergy),
    web.get("/regimens/{regimen_id:[0-9]{1,15}}/change", medicines.get_change),
    web.post("/regimens/{regimen_id:[0-9]{1,15}}/preview", medicines.preview_change),
    web.post("/regimens/{regimen_id:[0-9]{1,15}}/change", medicines.change),
    web.post("/regimens/{regimen_id:[0-9]{1,15}}/stop", medicines.stop),
    web.post("/medicines/{medicine_id:[0-9]{1,15}}/looks", medicines.describe),
    web.post("/patients/{patient_id:[0-9]{1,15}}/dispensings", medicines.dispense),
    web.post("/orders/{order_id:[0-9]{1,15}}/{word:agree|refuse}", medicines.decide),
)  # fmt: skip

BROADCASTS: Routes = (
    web.get("/broadcasts", broadcasts.get_all),
    web.post("/broadcasts", broadcasts.write),
    web.get("/broadcasts/new", broadcasts.get_new),
    web.get("/broadcasts/{broadcast_id:[0-9]{1,15}}", broadcasts.get_one),
    web.get("/broadcasts/{broadcast_id:[0-9]{1,15}}/change", broadcasts.get_form),
    web.post("/broadcasts/{broadcast_id:[0-9]{1,15}}/change", broadcasts.change),
    web.get("/broadcasts/{broadcast_id:[0-9]{1,15}}/progress", broadcasts.get_progress),
    web.get("/broadcasts/{broadcast_id:[0-9]{1,15}}/people", broadcasts.get_people),
    web.post("/broadcasts/{broadcast_id:[0-9]{1,15}}/send", broadcasts.send),
    web.post("/broadcasts/{broadcast_id:[0-9]{1,15}}/approve", broadcasts.approve),
    web.post("/broadcasts/{broadcast_id:[0-9]{1,15}}/hand-back", broadcasts.hand_back),
    web.post("/broadcasts/{broadcast_id:[0-9]{1,15}}/pause", broadcasts.pause),
    web.post("/broadcasts/{broadcast_id:[0-9]{1,15}}/resume", broadcasts.resume),
    web.post("/broadcasts/{broadcast_id:[0-9]{1,15}}/cancel", broadcasts.cancel),
    web.post("/broadcasts/{broadcast_id:[0-9]{1,15}}/try", broadcasts.try_it),
    web.post("/broadcasts/{broadcast_id:[0-9]{1,15}}/link", broadcasts.link_chat),
    web.post("/halts/{halt_id:[0-9]{1,15}}/release", broadcasts.release),
    web.post("/cohorts", broadcasts.save_cohort),
    web.post("/cohorts/count", broadcasts.count),
    web.post("/cohorts/{cohort_id:[0-9]{1,15}}/remove", broadcasts.remove_cohort),
    web.get("/lessons", lessons.get_all),
    web.get("/lessons/{name}", lessons.get_one),
    web.get("/lessons/{name}/{file}", lessons.get_file),
)  # fmt: skip

ACCOUNTS: Routes = (
    web.get("/account", accounts.get_account),
    web.post("/account/password", accounts.change_password),
    web.post("/account/app", accounts.offer_app),
    web.post("/account/app/confirm", accounts.confirm_app),
    web.post("/account/app/remove", accounts.remove_app),
    web.post("/account/passkeys", accounts.add_passkey),
    web.post("/account/passkeys/{passkey_id:[0-9]{1,15}}/remove", accounts.remove_passkey),
    web.post("/account/recovery-codes", accounts.new_recovery_codes),
    web.post("/account/sign-out-everywhere", accounts.sign_out_everywhere),
    web.get("/staff", accounts.get_staff),
    web.post("/staff/invitations", accounts.invite),
    web.post("/staff/{staff_id:[0-9]{1,15}}/role", accounts.change_role),
    web.post("/staff/{staff_id:[0-9]{1,15}}/reset", accounts.reset),
    web.post("/staff/{staff_id:[0-9]{1,15}}/let-go", accounts.let_go),
)  # fmt: skip

PROGRAMS: Routes = (
    web.get("/keys", own_pages.get_keys),
    web.post("/keys", own_pages.make_key),
    web.post("/keys/{key_id:[0-9]{1,15}}/revoke", own_pages.revoke_key),
    web.get("/audit", own_pages.get_audit),
    web.get("/system", own_pages.get_system),
    web.get("/webhooks", webhooks.get_webhooks),
    web.post("/webhooks", webhooks.add),
    web.post("/webhooks/{webhook_id:[0-9]{1,15}}", webhooks.change),
    web.post("/webhooks/{webhook_id:[0-9]{1,15}}/secret", webhooks.new_secret),
    web.post("/webhooks/{webhook_id:[0-9]{1,15}}/pause", webhooks.pause),
    web.post("/webhooks/{webhook_id:[0-9]{1,15}}/enable", webhooks.enable),
    web.post("/webhooks/{webhook_id:[0-9]{1,15}}/try", webhooks.send_test),
    web.post("/webhooks/{webhook_id:[0-9]{1,15}}/remove", webhooks.remove),
    web.post("/webhook-deliveries/{webhook_delivery_id:[0-9]{1,15}}/replay", webhooks.send_again),
)  # fmt: skip

DOORS: Routes = (
    web.post("/sign-in/code", doors.give_code),
    web.post("/sign-in/passkey", doors.give_passkey),
    web.get(sso.PLACE, sso.go_there),
    web.get(f"{sso.PLACE}/return", sso.come_back),
    web.post(f"{sso.PLACE}/logout", sso.hear_of_logout),
    web.get("/sign-in", doors.get_sign_in),
    web.post("/sign-in", doors.sign_in),
    web.post("/sign-out", doors.sign_out),
    web.get("/setup/{token}", doors.get_set_up),
    web.post("/setup/{token}", doors.set_up),
    web.get(assets.ROOT + "/{version}/{name:.+}", assets.get_asset),
)  # fmt: skip


def add_console(app: web.Application) -> None:
    """Add the pages to a staff API; every change they make is one the API makes too."""
    app.router.add_routes([*WORK, *TEAM, *PATIENTS, *CARE, *VISITS, *BROADCASTS, *ACCOUNTS, *PROGRAMS, *DOORS])
    app[PROBLEM_PAGE] = problem_page
    mappings(app[CLINIC].settings.single_sign_on.roles)  # what is wrong there is said now, and not when somebody stands outside
    if app[CLINIC].settings.demo:
        app.router.add_post("/demo/sign-in", doors.sign_in_as_dana)

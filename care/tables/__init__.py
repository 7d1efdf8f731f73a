"""Every table of the clinic, a file per subject. They are plain tables: rows are read and written with statements."""

from care.tables.access import accesses, caseloads, emergency_accesses, sites, staff_sites
from care.tables.appointments import (
    after_visits,
    appointments,
    booking_wishes,
    calendar_exceptions,
    calendar_feeds,
    calendar_hours,
    calendars,
    closed_days,
    slot_calendars,
    slot_offers,
    slots,
    taken_times,
    visit_entries,
    visit_notices,
    visit_type_calendars,
    visit_types,
    waiting_list,
)
from care.tables.audit import UNCHANGING, audit_seals
from care.tables.base import Id, Moment, insert_once, metadata
from care.tables.broadcasts import (
    broadcast_recipients,
    broadcast_texts,
    broadcasts,
    cohorts,
    halts,
    pace,
    refused_topics,
    staff_chats,
)
from care.tables.copies import record_copies
from care.tables.duty import absences, alerts, shifts
from care.tables.erasures import erasures
from care.tables.factors import logout_tokens, passkeys, recovery_codes, staff_factors, staff_identities
from care.tables.heart import events, inbox, outbox, pulses
from care.tables.lessons import lesson_cues, lesson_deliveries, lesson_searches, lesson_series, lesson_texts
from care.tables.medicines import allergies, dispensings, dose_prompts, dose_settings, doses, medicines, orders, regimens
from care.tables.people import chat_links, chats, consents, invitations, patient_contacts, patients, situations
from care.tables.plans import care_plans, check_windows
from care.tables.pools import pool_members, pools
from care.tables.question_pages import question_pages
from care.tables.talk import answers, conversations, instrument_scores, notes, patient_messages, patient_units
from care.tables.thread import canned_replies, files, holds, mentions, presences, quick_answers
from care.tables.webhooks import webhook_deliveries, webhooks
from care.tables.words import word_proposals, word_uses, word_versions
from care.tables.work import (
    api_keys,
    escalation_steps,
    escalations,
    idempotency_keys,
    setup_links,
    sign_in_failures,
    staff,
    staff_sessions,
)
from care.tables.zones import second_readings, thresholds

__all__ = [
    "Id", "Moment", "absences", "accesses", "after_visits", "alerts", "allergies", "answers", "api_keys",
    "appointments", "audit_seals", "booking_wishes", "broadcast_recipients", "broadcast_texts", "broadcasts",
    "calendar_exceptions", "calendar_feeds", "calendar_hours", "calendars", "canned_replies", "care_plans",
    "caseloads", "chat_links", "chats", "check_windows", "closed_days", "cohorts", "consents", "conversations", "dispensings",
    "dose_prompts", "dose_settings", "doses", "emergency_accesses", "erasures", "escalation_steps", "escalations",
    "events", "files", "halts", "holds", "idempotency_keys", "inbox", "insert_once", "instrument_scores",
    "invitations", "lesson_cues", "lesson_deliveries", "lesson_searches", "lesson_series", "lesson_texts",
    "logout_tokens", "medicines", "mentions", "metadata", "notes", "orders", "outbox", "pace", "passkeys", "patient_contacts",
    "patient_messages", "patient_units", "patients", "pool_members", "pools", "presences", "pulses", "question_pages",
    "quick_answers", "record_copies", "recovery_codes", "refused_topics", "regimens", "second_readings", "setup_links",
    "shifts", "sign_in_failures", "sites", "situations", "slot_calendars", "slot_offers", "slots", "staff", "staff_chats",
    "staff_factors", "staff_identities", "staff_sessions",
    "staff_sites", "taken_times", "thresholds", "visit_entries", "visit_notices", "visit_type_calendars",
    "visit_types", "waiting_list", "webhook_deliveries", "webhooks", "word_proposals",
    "word_uses", "word_versions",
]

# SQLite alone gives the number of a last row that is gone to the next one: a button in an old message, or the journal, which
# remember the number, would mean a row of somebody else's. Where rows can go, no number is given twice.
for _table in metadata.sorted_tables:
    if "id" in _table.primary_key.columns and _table not in UNCHANGING:
        _table.dialect_options["sqlite"]["autoincrement"] = True

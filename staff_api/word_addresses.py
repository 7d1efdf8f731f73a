"""Which address goes to which view, of clinical words and of what patients were asked. All others are in app.py."""

from staff_api.operations import Operation
from staff_api.views import clinical_words

WORDS = (
    Operation("GET", "/clinical-words", clinical_words.list_clinical_words, "content:read"),
    Operation(
        "GET", "/clinical-words/{kind}/{name}", clinical_words.get_clinical_words, "content:read", problems=("not_found",),
    ),
    Operation(
        "GET", "/clinical-words/{kind}/{name}/then", clinical_words.get_clinical_words_then, "content:read",
        problems=("not_found",),
    ),
    Operation(
        "POST", "/word-proposals", clinical_words.propose_words, "content:propose", 201,
        problems=("not_found", "conflict", "people_only"), once=True,
    ),
    Operation(
        "POST", "/threshold-proposals", clinical_words.propose_threshold, "content:propose", 201,
        problems=("not_found", "conflict", "people_only"), once=True,
    ),
    Operation(
        "POST", "/word-proposals/{proposal_id}/approve", clinical_words.approve_words, "content:approve",
        problems=("not_found", "conflict", "people_only"), once=True,
    ),
    Operation(
        "POST", "/word-proposals/{proposal_id}/refuse", clinical_words.refuse_words, "content:propose",
        problems=("not_found", "conflict", "people_only"), once=True,
    ),
    Operation(
        "GET", "/patients/{patient_id}/asked", clinical_words.get_asked, "patients:read",
        problems=("not_found", "invalid_cursor"),
    ),
)  # fmt: skip

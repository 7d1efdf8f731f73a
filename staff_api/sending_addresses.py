"""Which address goes to which view, of cohorts, broadcasts and their stop. All others are in app.py."""

from staff_api.operations import Operation
from staff_api.views import broadcast_csv, broadcasts, cohorts

SENDING = (
    Operation("GET", "/cohorts", cohorts.list_cohorts, "broadcasts:read"),
    Operation("POST", "/cohort-counts", cohorts.count_cohort, "broadcasts:read"),
    Operation("POST", "/cohorts", cohorts.save_cohort, "broadcasts:write", 201, problems=("conflict",), once=True),
    Operation("GET", "/cohorts/{cohort_id}", cohorts.get_cohort, "broadcasts:read", problems=("not_found",)),
    Operation(
        "PUT", "/cohorts/{cohort_id}", cohorts.change_cohort, "broadcasts:write", problems=("not_found", "conflict"),
        stands=cohorts.cohort_now,
    ),
    Operation(
        "DELETE", "/cohorts/{cohort_id}", cohorts.remove_cohort, "broadcasts:write", 204, problems=("not_found",),
        stands=cohorts.cohort_now,
    ),
    Operation("GET", "/broadcasts", broadcasts.list_broadcasts, "broadcasts:read", problems=("invalid_cursor",)),
    Operation(
        "POST", "/broadcasts", broadcasts.write_broadcast, "broadcasts:write", 201, problems=("people_only", "conflict"),
        once=True,
    ),
    Operation("POST", "/trial-links", broadcasts.make_trial_link, "broadcasts:write", problems=("people_only",)),
    Operation("GET", "/broadcasts/{broadcast_id}", broadcasts.get_broadcast, "broadcasts:read", problems=("not_found",)),
    Operation(
        "PUT", "/broadcasts/{broadcast_id}", broadcasts.change_broadcast, "broadcasts:write",
        problems=("not_found", "conflict", "people_only"), stands=broadcasts.one,
    ),
    Operation(
        "GET", "/broadcasts/{broadcast_id}/audience", broadcasts.count_audience, "broadcasts:read", problems=("not_found",),
    ),
    Operation(
        "POST", "/broadcasts/{broadcast_id}/try", broadcasts.try_broadcast, "broadcasts:write",
        problems=("not_found", "conflict", "people_only"), once=True,
    ),
    Operation(
        "POST", "/broadcasts/{broadcast_id}/send", broadcasts.send_broadcast, "broadcasts:write",
        problems=("not_found", "conflict", "people_only"), once=True, stands=broadcasts.one,
    ),
    Operation(
        "POST", "/broadcasts/{broadcast_id}/approve", broadcasts.approve_broadcast, "broadcasts:approve",
        problems=("not_found", "conflict", "people_only"), once=True, stands=broadcasts.one,
    ),
    Operation(
        "POST", "/broadcasts/{broadcast_id}/hand-back", broadcasts.hand_back_broadcast, "broadcasts:approve",
        problems=("not_found", "conflict"), stands=broadcasts.one,
    ),
    Operation(
        "POST", "/broadcasts/{broadcast_id}/pause", broadcasts.pause_broadcast, "broadcasts:write",
        problems=("not_found", "conflict"), stands=broadcasts.one,
    ),
    Operation(
        "POST", "/broadcasts/{broadcast_id}/resume", broadcasts.resume_broadcast, "broadcasts:write",
        problems=("not_found", "conflict"), stands=broadcasts.one,
    ),
    Operation(
        "POST", "/broadcasts/{broadcast_id}/cancel", broadcasts.cancel_broadcast, "broadcasts:write",
        problems=("not_found", "conflict"), stands=broadcasts.one,
    ),
    Operation(
        "GET", "/broadcasts/{broadcast_id}/progress", broadcasts.get_progress, "broadcasts:read", problems=("not_found",),
    ),
    Operation(
        "GET", "/broadcasts/{broadcast_id}/results", broadcasts.get_results, "broadcasts:read",
        problems=("not_found", "invalid_cursor"),
    ),
    Operation(
        "GET", "/broadcasts/{broadcast_id}/results.csv", broadcast_csv.get_results_csv, "broadcasts:read",
        problems=("not_found",),
    ),
    Operation("GET", "/halts", broadcasts.get_halts, "broadcasts:read"),
    Operation(
        "POST", "/halts/{halt_id}/release", broadcasts.release_halt, "broadcasts:approve", 204,
        problems=("not_found", "people_only"),
    ),
)  # fmt: skip

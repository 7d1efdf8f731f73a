"""`careward prune`: what goes, and what would."""


def test_a_dry_run_counts_and_removes_nothing(place):
    place.lay_out()
    done = place.run("prune", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "Nothing was removed."
    assert "updates as they came from Telegram, once handled (kept for 30 days)" in done.stdout
    assert place.run("prune").stdout.splitlines()[-1] == "0 rows removed."

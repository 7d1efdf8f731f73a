"""What a newcomer meets before anything runs: the commands, the locks, and one line for what is missing."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib

import pytest

from tests import chromium, temp_pg

ROOT = pathlib.Path(__file__).parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock", "requirements-site.lock")
TARGETS = ("demo", "test", "chaos", "bench", "conversations", "doses", "dosewalk", "doseyear", "dosebench", "taps", "messages",
           "migration", "fixture", "schemas", "restarts", "pagekills", "outages", "mutations", "races", "ladder", "broadcasts",
           "sendingbench", "lessons", "slots", "bookings", "visitwalk", "restoredrill", "canaries", "schemathesis",
           "clients", "sso", "worklist", "lock", "site", "clean")


def run(*command, **environment) -> subprocess.CompletedProcess:
    # The tests run under make themselves; a make that they start must not take itself for a part of that one.
    here = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    return subprocess.run(
        command, cwd=ROOT, env=environment or here, capture_output=True, text=True, stdin=subprocess.DEVNULL)


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[.*?\])?==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


def program(folder: pathlib.Path, name: str, body: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


@pytest.fixture
def bare(tmp_path) -> pathlib.Path:
    """The only folder on the PATH of a machine that has next to nothing."""
    for name in ("sh", "id", "cat", "sha256sum", "dirname"):
        (tmp_path / name).symlink_to(shutil.which(name))
    return tmp_path


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_an_exact_version_and_a_hash(lock):
    requirements = re.split(r"^(?=[a-z0-9])", (ROOT / lock).read_text(), flags=re.MULTILINE)
    assert len(requirements) > 5
    for requirement in filter(None, requirements):
        assert re.match(r"[a-z0-9._-]+(\[[a-z,-]+\])?==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_says_where_packages_come_from(lock):
    assert not re.search(r"://|--(extra-)?index|--find-links|--trusted-host| @ ", (ROOT / lock).read_text())


def test_the_tests_run_on_the_versions_that_clinics_get():
    tested = pins("requirements-dev.lock")
    for lock in ("requirements.lock", "requirements-build.lock"):
        assert pins(lock).items() <= tested.items()


def test_every_declared_requirement_is_locked():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    declared = project["project"]["dependencies"] + project["project"]["optional-dependencies"]["dev"]
    names = {re.match(r"[A-Za-z0-9._-]+", requirement)[0] for requirement in declared}
    assert names <= pins("requirements-dev.lock").keys()
    assert set(project["build-system"]["requires"]) <= pins("requirements-build.lock").keys()


@pytest.mark.parametrize("target", TARGETS)
def test_every_command_of_the_readme_exists(target):
    done = run("make", "--dry-run", target)
    assert done.returncode == 0, done.stderr


def test_make_alone_says_what_there_is_to_make():
    done = run("make")
    said = dict(line.removeprefix("make ").split(maxsplit=1) for line in done.stdout.splitlines())
    assert set(said) == set(TARGETS)
    assert done.stderr == ""


def test_the_closing_line_of_the_tests_is_the_last_word_of_make_test():
    assert run("make", "--dry-run", "test").stdout.splitlines()[-1].startswith(".venv/bin/pytest")


def test_the_demo_is_set_up_without_the_tools_of_the_tests():
    assert "environment.sh test" not in run("make", "--dry-run", "demo").stdout


def one_line(done: subprocess.CompletedProcess) -> str:
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stderr


def test_a_machine_without_python_is_told_how_to_get_one(bare):
    said = one_line(run("sh", "ops/setup/python.sh", PATH=str(bare)))
    assert "apt-get install -y python3 python3-venv" in said


def test_a_python_that_is_too_old_is_no_python(bare):
    program(bare, "python3", "exit 1")
    assert "Python 3.11 or newer" in one_line(run("sh", "ops/setup/python.sh", PATH=str(bare)))


def test_a_python_without_its_venv_module_is_told_which_package_has_it(bare):
    program(bare, "python3", f"""case "$2" in *ensurepip*) exit 1 ;; *) exec {sys.executable} "$@" ;; esac""")
    said = one_line(run("sh", "ops/setup/python.sh", PATH=str(bare)))
    assert f"apt-get install -y python3.{sys.version_info.minor}-venv" in said


def test_a_python_asked_for_that_is_not_there_is_named(bare):
    assert "PYTHON=python9 " in one_line(run("sh", "ops/setup/python.sh", PATH=str(bare), PYTHON="python9"))


def test_a_python_that_will_do_is_found(bare):
    (bare / "python3.13").symlink_to(sys.executable)
    assert run("sh", "ops/setup/python.sh", PATH=str(bare)).stdout == "python3.13\n"


def test_a_machine_without_chromium_or_a_way_to_install_it_is_told_what_to_do(bare):
    assert "CHROMIUM=/path/to/chromium" in one_line(run("sh", "ops/setup/chromium.sh", PATH=str(bare)))


def test_a_chromium_asked_for_that_is_not_there_is_named(bare):
    assert "CHROMIUM=/no/such " in one_line(run("sh", "ops/setup/chromium.sh", PATH=str(bare), CHROMIUM="/no/such"))


def test_a_chromium_that_is_there_is_left_as_it_is(bare):
    program(bare, "chromium", "exit 0")
    done = run("sh", "ops/setup/chromium.sh", PATH=str(bare))
    assert (done.returncode, done.stdout) == (0, "")


def test_the_browser_tests_take_the_chromium_they_are_given(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/some/chromium")
    assert chromium.launch_options()["executable_path"] == "/some/chromium"


def test_the_browser_tests_fail_rather_than_skip_without_a_chromium(monkeypatch, tmp_path):
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RuntimeError, match="make test"):
        chromium.chromium()


def test_a_test_gets_a_copy_of_a_database_and_leaves_the_original_alone():
    with temp_pg.postgres() as server:
        server.create_database("careward_setup_a")
        try:
            url = server.create_database("careward_setup_b", template="careward_setup_a")
            assert url == server.url("careward_setup_b")
            with pytest.raises(RuntimeError, match="already exists"):
                server.create_database("careward_setup_b")
        finally:
            server.drop_database("careward_setup_b")
            server.drop_database("careward_setup_a")
        server.drop_database("careward_setup_b")  # a second time is no error

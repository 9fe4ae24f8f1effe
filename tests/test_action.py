"""The GitHub Action and the pre-commit hook: their own commands, run in a git repository."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from newsfacts.dataset.errors import DatasetError
from newsfacts.dataset.staged import staged
from newsfacts.run import run

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
(HOOK,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
EXPRESSION = re.compile(r"\$\{\{ ((?:inputs|github|steps)\.[\w.-]+(?: \|\| github\.[\w.-]+)*) \}\}")
GIT = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"} | {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Test"), ("EMAIL", "test@example.org"))
}
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("GITHUB_", "GIT_", "RUNNER_"))},
    **GIT,
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
    # the sources that this test reads, from any folder
    "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT / "pipeline"), os.environ.get("PYTHONPATH")])),
}
HARBOUR = "Sales at Harbour Foods rose {} percent to 1.2 billion pounds in 2023, the company said.\n"
ORRIN = "Profit at Orrin Mining fell {} percent to $36 million in 2022, Orrin Mining said.\n"


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose branches are named for what they hold, all of them from ``start``.

    main: another article changed, and the dataset with it; stale: an article changed; fresh: the dataset as well;
    bare: no dataset.
    """
    folder = tmp_path_factory.mktemp("origin")

    def commit(branch: str, *, parent: str, write: bool, **articles: str) -> None:
        git(folder, "checkout", "-q", "-B", branch, *([parent] if parent else []))
        (folder / "articles").mkdir(exist_ok=True)
        for name, text in articles.items():
            (folder / "articles" / f"{name}.txt").write_text(text)
        with chdir(folder):
            if write:
                run(["articles"], "facts")
            git(folder, "add", "-A")
            git(folder, "commit", "-qm", branch)

    git(folder, "init", "-q")
    commit("bare", parent="", write=False, harbour=HARBOUR.format("7.5"), orrin=ORRIN.format(9))
    commit("start", parent="bare", write=True)
    commit("main", parent="start", write=True, orrin=ORRIN.format(11))
    commit("stale", parent="start", write=False, harbour=HARBOUR.format("8.5"))
    commit("fresh", parent="stale", write=True)
    return folder


@pytest.fixture
def work(origin: Path, tmp_path: Path) -> Path:
    """A clone, as actions/checkout makes it."""
    git(tmp_path, "clone", "-q", str(origin), "work")
    return tmp_path / "work"


class Outcome(NamedTuple):
    """What a job sees of the action."""

    status: int
    log: str
    summary: str
    outputs: str


def evaluated(value: str, known: Mapping[str, str]) -> str:
    """A value of action.yml as GitHub fills it in."""
    match = EXPRESSION.fullmatch(value)
    assert match, f"{value} is more than this test can tell"
    return next((known[name] for name in match[1].split(" || ") if known.get(name)), "")


def act(work: Path, inputs: Mapping[str, str], *, event: Mapping[str, str] | None = None, **runner: str) -> Outcome:
    """Run the bash steps of action.yml as GitHub does, with newsfacts installed by an earlier step."""
    assert set(inputs) <= set(ACTION["inputs"])
    given = {name: told["default"] for name, told in ACTION["inputs"].items()}
    given |= {"paths": "articles", "dataset": "facts", "install": "none", **inputs}
    known = {f"inputs.{name}": value for name, value in given.items()} | dict(event or {})
    temporary = work.parent / "runner"
    temporary.mkdir()
    summary, outputs = temporary / "summary.md", temporary / "outputs"
    environment = {
        **ENVIRONMENT,
        "GITHUB_ACTION_PATH": str(ROOT),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_OUTPUT": str(outputs),
        "RUNNER_TEMP": str(temporary),
        **runner,
    }
    log, status = "", 0
    for step in ACTION["runs"]["steps"]:
        if "if" in step:
            assert step["if"] == "inputs.install != 'none'"
            continue
        environment |= {name: evaluated(value, known) for name, value in step["env"].items()}
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
        done = subprocess.run(
            shell, cwd=work, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
        log, status = log + done.stdout, done.returncode
        if status:
            break
    written = [path.read_text("utf-8") if path.exists() else "" for path in (summary, outputs)]
    return Outcome(status, log, *written)


def test_a_stale_dataset_fails_and_its_articles_are_named(work: Path) -> None:
    git(work, "checkout", "-q", "stale")
    (work / "articles" / "##[warning]quay.txt").write_text("Quay Bank has 40 branches in Leeds, it said in May 2024.\n")
    told = act(work, {}, GITHUB_BASE_REF="main")
    assert told.status == 1
    names = ["new: ##[warning]quay", "changed: harbour"]
    # between these lines, the runner takes no commands from what it reads
    before, stop, rest = told.log.partition("::stop-commands::")
    assert stop
    token, *lines = rest.splitlines()
    assert len(token) == 32
    inside, after = lines[: lines.index(f"::{token}::")], lines[lines.index(f"::{token}::") + 1 :]
    assert inside[:2] == names
    assert "##[" not in before
    (error,) = after
    assert error.startswith(f"::error title=Facts are stale::{'%0A'.join(names)}%0A")
    stale = told.summary.partition("## Facts are stale\n\n")[2].splitlines()
    assert stale[:2] == [f"    {name}" for name in names]
    assert told.outputs == "different=false\n"  # the dataset is as it was


def test_a_dataset_written_in_the_branch_shows_its_difference(work: Path) -> None:
    git(work, "checkout", "-q", "fresh")
    told = act(work, {}, GITHUB_BASE_REF="main")
    assert told.status == 0
    assert told.outputs == "different=true\n"
    # compared with where the branch began: what main has since is no change of this branch
    base = git(work, "rev-parse", "origin/start").strip()
    command = ["newsfacts", "diff", f"{base}:facts", "facts", "--format", "markdown"]
    shown = subprocess.run(command, cwd=work, env=ENVIRONMENT, capture_output=True, text=True, check=False).stdout
    assert "8.5 percent" in shown
    assert "orrin" not in shown
    difference, up_to_date, _ = told.summary.partition("## Facts are up to date\n")
    assert difference == shown
    assert up_to_date
    assert "::notice file=facts/facts.jsonl,line=" in told.log
    assert "::error" not in told.log


def test_a_dataset_that_is_new_is_all_difference(work: Path) -> None:
    told = act(work, {"mode": "diff", "base": "origin/bare"})
    assert told.status == 0
    facts = len((work / "facts" / "facts.jsonl").read_text("utf-8").splitlines())
    assert f"| added | {facts} |" in told.summary
    assert told.outputs == "different=true\n"


@pytest.mark.parametrize(
    ("event", "different"),
    [
        ({"github.event.before": "origin/start"}, True),
        ({"github.event.merge_group.base_sha": "origin/fresh", "github.event.before": "origin/start"}, False),
        ({"github.event.before": "0" * 40}, True),  # of a new branch: the commit before
    ],
    ids=["push", "merge queue", "new branch"],
)
def test_what_a_push_is_compared_with(work: Path, event: dict[str, str], different: bool) -> None:
    git(work, "checkout", "-q", "fresh")
    told = act(work, {"mode": "diff"}, event=event)
    assert (told.status, told.outputs) == (0, f"different={str(different).lower()}\n")


def test_of_a_first_commit_all_is_difference(work: Path) -> None:
    git(work, "checkout", "-q", "--orphan", "first", "origin/start")
    git(work, "commit", "-qm", "first")
    told = act(work, {"mode": "diff"}, event={"github.event.before": "0" * 40})
    facts = len((work / "facts" / "facts.jsonl").read_text("utf-8").splitlines())
    assert (told.status, told.outputs) == (0, "different=true\n")
    assert f"| added | {facts} |" in told.summary


def test_a_shallow_checkout_is_told_what_it_needs(origin: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "fresh", origin.as_uri(), "work")
    told = act(tmp_path / "work", {}, GITHUB_BASE_REF="main")
    assert told.status == 2
    assert "::error title=Newsfacts::base: no common commit of 'origin/main'" in told.log
    assert "fetch-depth: 0" in told.log


def test_the_last_commit_of_a_shallow_checkout_is_not_taken_for_the_first(origin: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--depth", "1", "--branch", "fresh", origin.as_uri(), "work")
    told = act(tmp_path / "work", {"mode": "diff"}, event={"github.event.before": "0" * 40})
    assert told.status == 2
    assert "no common commit of 'HEAD~1'" in told.log


@pytest.mark.parametrize(
    "inputs",
    [
        {"mode": "$(touch taken)"},
        {"mode": "diff", "base": "`touch taken`"},
        {"mode": "diff", "base": "--all"},
        {"mode": "diff", "base": "origin/start", "dataset": "'; touch taken; '"},
        {"mode": "check", "paths": "$(touch taken)\n; touch taken"},
        {"mode": "check", "options": "$(touch taken) `touch taken` ; touch taken"},
        {"mode": "check", "options": "--jobs 0"},
    ],
    ids=lambda inputs: " ".join(inputs),
)
def test_inputs_are_data(work: Path, inputs: dict[str, str]) -> None:
    assert act(work, inputs).status in (1, 2)  # of words that are no paths, the dataset lacks the errors
    assert not (work / "taken").exists()


def test_options_and_paths_reach_the_run(work: Path) -> None:
    shutil.move(work / "articles" / "orrin.txt", work / "the other one.txt")
    told = act(work, {"mode": "check", "paths": "articles\n\nthe other one.txt\n", "options": "--min-confidence 1"})
    assert told.status == 1
    assert "new: the other one\n" in told.log
    assert "changed: harbour\n" in told.log  # for want of confidence


def test_action_uses_nothing_but_githubs_own_actions_pinned() -> None:
    steps = ACTION["runs"]["steps"]
    used = [step["uses"] for step in steps if "uses" in step]
    assert used
    assert all(re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}", action) for action in used)
    # no input is pasted into a script, and none is forgotten
    scripts = [step["run"] for step in steps if "run" in step]
    assert [script for script in scripts if "${{" in script] == []
    values = [value for step in steps for value in {**step.get("env", {}), **step.get("with", {})}.values()]
    read = {name for value in values if isinstance(value, str) for name in re.findall(r"inputs\.([\w-]+)", value)}
    assert read == set(ACTION["inputs"])


def test_the_action_takes_no_other_way_to_install(work: Path) -> None:
    script = [step["run"] for step in ACTION["runs"]["steps"] if step.get("name") == "Install newsfacts"]
    environment = {**ENVIRONMENT, "GITHUB_ACTION_PATH": str(ROOT), "RUNNER_TEMP": str(work), "PYTHON": "true"}
    environment["INSTALL"] = "newest"
    done = subprocess.run(
        ["bash", "-c", *script], cwd=work, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stdout == "::error title=Newsfacts::install: 'newest' is not one of locked, latest, none\n"


def test_readme_shows_inputs_and_hooks_that_exist() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    shown = [yaml.safe_load(text) for text in re.findall(r"```yaml\n([^`]*)```", readme)]
    (workflow,) = (one for one in shown if "jobs" in one)
    (hooks,) = (one for one in shown if "repos" in one)
    checkout, action = workflow["jobs"]["facts"]["steps"]
    assert checkout["with"] == {"fetch-depth": 0}
    assert action["uses"].partition("@")[0].endswith("/newsfacts")
    assert set(action["with"]) <= set(ACTION["inputs"])
    (repository,) = hooks["repos"]
    assert [hook["id"] for hook in repository["hooks"]] == [HOOK["id"]]


def hook(*, args: list[str]) -> str:
    """The command that pre-commit runs, with a user's own arguments in place of the hook's."""
    assert (HOOK["language"], HOOK["pass_filenames"], HOOK["always_run"]) == ("python", False, True)
    return shlex.join([*shlex.split(HOOK["entry"]), *args])


def test_the_hook_minds_what_is_committed_alone(work: Path) -> None:
    git(work, "checkout", "-q", "start")
    script = work / ".git" / "hooks" / "pre-commit"
    script.write_text(f"#!/bin/sh\n{hook(args=['articles', '-o', 'facts'])}\n")
    script.chmod(0o755)

    def commit(*arguments: str) -> tuple[int, str]:
        command = ["git", "commit", "-m", "change", *arguments]
        done = subprocess.run(command, cwd=work, env=ENVIRONMENT, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    (work / "articles" / "draft.txt").write_text("Tern Shipping has 31 ships.\n")  # is not staged
    (work / "articles" / "harbour.txt").write_text(HARBOUR.format("6.5"))
    status, said = commit("--allow-empty")
    assert (status, "facts is up to date." in said) == (0, True)

    status, said = commit("-a")  # git makes an index of its own for it
    assert status == 1
    assert said.splitlines()[0] == "changed: harbour"
    assert "draft" not in said

    (work / "articles" / "draft.txt").unlink()
    with chdir(work):
        run(["articles"], "facts")
    assert commit("-a")[0] == 0

    git(work, "rm", "-q", "articles/orrin.txt")
    status, said = commit()
    assert (status, said.splitlines()[0]) == (1, "gone: orrin")


def test_the_hooks_own_arguments_are_the_commands_defaults() -> None:
    assert HOOK["args"] == ["seeds", "-o", "outputs"]


def test_what_is_staged(work: Path) -> None:
    inner = work / "articles" / "2024"
    inner.mkdir()
    (inner / "new [1].txt").write_text("one\n")
    git(work, "add", ".")
    (inner / "new [1].txt").write_text("two\n")
    (inner / "new 1.txt").write_text("three\n")
    with chdir(inner):
        with staged([Path(), Path("../../facts/run.json")]):
            assert [path.name for path in Path.cwd().iterdir()] == ["new [1].txt"]
            assert Path("new [1].txt").read_text() == "one\n"
            assert [path.name for path in Path("../../facts").iterdir()] == ["run.json"]
            assert [path.name for path in Path("..").iterdir()] == ["2024"]
            copy = Path.cwd()
        with staged([Path("new [1].txt")]):
            assert Path("new [1].txt").exists()
        assert Path.cwd() == inner
    assert not copy.exists()


def test_what_cannot_be_staged_is_said(work: Path, tmp_path: Path) -> None:
    with chdir(work), pytest.raises(DatasetError, match="from the working folder"), staged([work / "articles"]):
        pass
    with chdir(tmp_path), pytest.raises(DatasetError, match="staged: git cannot tell: not a git"), staged([Path("a")]):
        pass
    with chdir(work), pytest.raises(DatasetError, match="outside repository"), staged([Path("../runner")]):
        pass

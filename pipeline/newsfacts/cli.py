"""The command line: a thin skin over the library."""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from newsfacts import __version__
from newsfacts.wording import plural

if TYPE_CHECKING:
    from newsfacts.emit.corrections import CorrectionsError
    from newsfacts.emit.staleness import Staleness
    from newsfacts.read.files import ArticleReader
    from newsfacts.records import ArticleError, Fetched

DONE, DIFFERENT, UNUSABLE, SOME_FAILED = 0, 1, 2, 3
INTERRUPTED = 130
ERRORS_SHOWN = 20


def _mapping(context: click.Context, option: click.Parameter, pairs: tuple[str, ...]) -> dict[str, str]:
    """Read the pairs of --field."""
    if not pairs:
        return {}
    from newsfacts.read.files import FIELDS

    fields = {}
    for pair in pairs:
        field, equals, name = pair.partition("=")
        if not equals or not name or field not in FIELDS:
            raise click.BadParameter(f"{pair!r} must be OURS=THEIRS, OURS one of {', '.join(FIELDS)}")
        fields[field] = name
    return fields


_field_option = click.option(
    "--field",
    "fields",
    multiple=True,
    callback=_mapping,
    metavar="OURS=THEIRS",
    help="Name a field of the input that is called otherwise: text=body.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(prog)s %(version)s")
def cli() -> None:
    """Turn the numbers in business news into structured facts."""


@cli.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@click.option("-o", "--output", default="outputs", show_default=True, type=click.Path(path_type=Path), metavar="DIR")
@click.option("--min-confidence", default=0.0, type=click.FloatRange(0, 1), metavar="P", help="Leave out facts below.")
@_field_option
@click.option(
    "--save-text", type=click.Path(path_type=Path), metavar="DIR", help="Write the texts of the articles too."
)
@click.option("--skip-duplicates", is_flag=True, help="Look for no facts in articles that only repeat an earlier one.")
@click.option(
    "--jobs", default=1, show_default=True, type=click.IntRange(min=1), metavar="N", help="Processes that read."
)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where DIR is not what would be written.")
@click.option("--staged", is_flag=True, help="Check what git would commit, not what lies in the folders.")
def run(
    paths: tuple[Path, ...],
    output: Path,
    min_confidence: float,
    fields: dict[str, str],
    save_text: Path | None,
    skip_duplicates: bool,
    jobs: int,
    check: bool,
    staged: bool,
) -> NoReturn:
    """Read articles and write their facts.

    PATH is a .txt or .html file (one article), a .jsonl, .json, .csv or .parquet file (an article a row: id, text, and
    if known published, title, url, author, site), a .warc file (an article a page), a folder of them, or - for standard
    input; seeds by default. All but .parquet may be packed (.gz, .zst). DIR gets facts.jsonl, quantities.jsonl,
    entities.jsonl, names.jsonl, articles.jsonl, uncorrected.jsonl, errors.jsonl and run.json, all whole or none.
    Articles that it holds already are not read again, unless they, the code, the model or the settings have changed; a
    run that was killed is taken up again. Reviewers' corrections in DIR/corrections.yaml are applied to what is
    written.

    Exit codes: 0 done; 1 stale (--check); 2 wrong usage, or nothing could be read; 3 done, but some articles or
    corrections failed.
    """
    # an exception unwinds the stack, so that a half-written folder is cleared away
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    from concurrent.futures.process import BrokenProcessPool

    from newsfacts.dataset.errors import DatasetError
    from newsfacts.dataset.staged import staged as staged_files
    from newsfacts.emit.corrections import CorrectionsError
    from newsfacts.run import check as check_all
    from newsfacts.run import run as run_all

    if check and save_text:
        raise click.UsageError("--check writes nothing: leave out --save-text.")
    if staged and not check:
        raise click.UsageError("--staged is for --check: a run writes of what lies in the folders.")
    paths = paths or (Path("seeds"),)
    errors = _Errors()
    try:
        with staged_files((*paths, output)) if staged else nullcontext(), _progress(paths) as on_progress:
            settings: dict[str, Any] = {
                "min_confidence": min_confidence,
                "jobs": jobs,
                "fields": fields,
                "skip_duplicates": skip_duplicates,
                "on_error": errors,
                "on_progress": on_progress,
            }
            if check:
                stale, report = check_all(paths, output, **settings)
            else:
                report = run_all(paths, output, save_text=save_text, **settings)
    except OSError as error:
        of_text = save_text and error.filename and Path(error.filename).is_relative_to(save_text)
        place = save_text if of_text else output
        problem = "cannot be read" if check else "cannot be written"
        raise click.ClickException(f"{place}: {problem}: {error.strerror or error}") from error
    except CorrectionsError as error:
        raise _unusable(error) from error
    except DatasetError as error:
        raise click.ClickException(str(error)) from error
    except BrokenProcessPool as error:
        message = "a process ended before its time, maybe for want of memory; nothing was written. Try fewer --jobs."
        raise click.ClickException(message) from error
    errors.sum_up()
    counts = report.counts
    if check:
        _tell(stale, output)
        status = _status(counts.articles + errors.skipped, errors.failed)
        sys.exit(DIFFERENT if stale and status != UNUSABLE else status)
    if not report.files:
        left = f"{output} stays as it was" if output.exists() else "nothing was written"
        click.echo(f"Nothing was read; {left}.", err=True)
        sys.exit(UNUSABLE)
    skipped = f", {errors.skipped:,} skipped" if errors.skipped else ""
    corrected = f", {plural(counts.corrections, 'correction')}" if counts.corrections else ""
    click.echo(
        f"{plural(counts.articles, 'article')}, {plural(counts.facts, 'fact')}, "
        f"{plural(counts.entities, 'mention')}, {plural(errors.failed, 'error')}"
        f"{skipped}{corrected}: {output}"
    )
    sys.exit(_status(counts.articles + errors.skipped, errors.failed))


@cli.command()
@click.argument("urls", metavar="URL...", nargs=-1, required=True)
@click.option("-o", "--output", default="articles", show_default=True, type=click.Path(path_type=Path), metavar="DIR")
@click.option(
    "--limit",
    default=100,
    show_default=True,
    type=click.IntRange(min=1),
    metavar="N",
    help="Most pages of a feed or sitemap, the newest first.",
)
@click.option("--agent", metavar="NAME", help="Who asks, and how to reach you: 'acme-research/1.0 (+https://...)'.")
def fetch(urls: tuple[str, ...], output: Path, limit: int, agent: str | None) -> NoReturn:
    """Save pages from the web, for run to read.

    URL is a page, an RSS or Atom feed or a sitemap. Pages go to DIR/HOST/, as the server sent them; pages that DIR
    holds already are not asked for again. DIR/fetched.log says what was asked for and what became of it. robots.txt is
    obeyed, and a host is asked once a second at most.

    Exit codes: 0 done; 2 wrong usage, or nothing could be fetched; 3 done, but some addresses failed.
    """
    # an exception unwinds the stack, so that no half-written page stays
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    from newsfacts.fetch import Manners
    from newsfacts.fetch import fetch as fetch_all

    try:
        manners = Manners(agent=agent) if agent else Manners()
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--agent") from error
    failures = _Failures()
    try:
        with _fetch_progress() as on_progress:
            report = fetch_all(urls, output, limit=limit, manners=manners, on_error=failures, on_progress=on_progress)
    except OSError as error:
        raise click.ClickException(f"{output}: cannot be written: {error.strerror or error}") from error
    except KeyboardInterrupt:
        click.echo(f"Interrupted; what was fetched is in {output}, and the same command goes on.", err=True)
        sys.exit(INTERRUPTED)
    failures.sum_up(output)
    click.echo(f"{plural(report.new, 'new page')}, {report.known:,} known, {plural(report.failed, 'error')}: {output}")
    sys.exit(_status(report.new + report.known + report.listings, report.failed))


@cli.command()
@click.argument("file", type=click.Path(path_type=Path))
@_field_option
@click.option("--explain", is_flag=True, help="Show how sure each part of a fact is, and the words it was read from.")
@click.option("--min-confidence", default=0.0, type=click.FloatRange(0, 1), metavar="P", help="Leave out facts below.")
def show(file: Path, fields: dict[str, str], explain: bool, min_confidence: float) -> NoReturn:
    """Print the articles of FILE in the terminal, their facts beside the text.

    FILE is a file, a folder of them or - for standard input, as for run.
    """
    from rich.console import Console

    import newsfacts
    from newsfacts.emit.build import facts_of
    from newsfacts.emit.terminal import show_article
    from newsfacts.read import ArticleReader, to_doc
    from newsfacts.records import Article

    nlp = newsfacts.load(min_confidence=min_confidence)
    console = Console()
    errors = _Errors()
    shown = 0
    for item in ArticleReader([file], fields=fields):
        if isinstance(item, Article):
            show_article(console, item, facts_of(nlp(to_doc(nlp, item)), item.id), explain=explain)
            shown += 1
        else:
            errors(item)
    errors.sum_up()
    sys.exit(_status(shown + errors.skipped, errors.failed))


@cli.command()
@click.argument("old")
@click.argument("new", required=False)
@click.option(
    "--format", "form", default="text", show_default=True, type=click.Choice(["text", "json", "markdown", "github"])
)
@click.option("--stat", is_flag=True, help="Counts per kind, slot and article alone.")
@click.option("--moved", is_flag=True, help="Facts whose place alone changed count as different, too.")
@click.option("--slot", "slots", multiple=True, metavar="SLOT", help="Changes of this slot alone; repeatable.")
@click.option("--measure", "measures", multiple=True, metavar="M", help="Facts of this measure alone; repeatable.")
@click.option("--article", "articles", multiple=True, metavar="ID", help="This article alone; repeatable.")
def diff(
    old: str,
    new: str | None,
    form: str,
    stat: bool,
    moved: bool,
    slots: tuple[str, ...],
    measures: tuple[str, ...],
    articles: tuple[str, ...],
) -> NoReturn:
    """Compare the facts of two datasets by meaning.

    OLD and NEW are each a facts.jsonl, a folder that holds one, a git revision, or REVISION:PATH; a revision alone is
    compared with the facts in outputs. Confidences and places are no part of a fact's meaning.

    Exit codes: 0 the same; 1 different; 2 wrong usage, or a dataset that cannot be read.
    """
    from typing import get_args

    from newsfacts.dataset.compare import SLOTS, Selection, Totals, compare
    from newsfacts.dataset.errors import DatasetError
    from newsfacts.dataset.files import locate, opened
    from newsfacts.dataset.render import show
    from newsfacts.records import Measure

    _one_of(slots, SLOTS, "--slot")
    _one_of(measures, get_args(Measure), "--measure")
    selection = Selection(frozenset(slots), frozenset(measures), frozenset(articles), moved)
    totals = Totals()
    try:
        before, after = locate(old, new)
        with opened(before) as old_facts, opened(after) as new_facts:
            diffs = totals.count(compare(old_facts, new_facts, selection))
            show(diffs, totals, form, stat=stat, file=after.path.as_posix())
    except DatasetError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise click.ClickException(f"the comparison stopped: {error}") from error
    sys.exit(DIFFERENT if totals.different else DONE)


@cli.command()
@click.argument("gold", type=click.Path(path_type=Path))
@click.argument("predicted", type=click.Path(path_type=Path))
@click.option("--format", "form", default="text", show_default=True, type=click.Choice(["text", "json"]))
@click.option("--errors", default=0, type=click.IntRange(min=0), metavar="N", help="List N errors of each kind.")
@click.option(
    "--fail-under",
    "floors",
    multiple=True,
    metavar="LEVEL=F1",
    help="Exit 1 where the level's F1 is lower; repeatable.",
)
@click.option("--only", default="", metavar="PREFIXES", help="Articles whose id begins with one of these: a,b,c.")
def evaluate(gold: Path, predicted: Path, form: str, errors: int, floors: tuple[str, ...], only: str) -> NoReturn:
    """Score predicted facts and names against gold articles.

    GOLD is a folder of .json files, an article each, or a .jsonl file (newsfacts.dataset.gold says what stands in
    them). PREDICTED is a facts.jsonl, or a folder with facts.jsonl and, to score names, entities.jsonl.

    GOLD may be a corrections.yaml, beside the dataset that it was applied to: then the facts that reviewers decided on
    are scored alone, as they were read, without corrections. The levels are rejected, fixed, added and all, each with
    the share that comes out right.

    The levels, each asking for more than the one before: found; amount (value, unit); fact (kind, direction, subject,
    metric); full (period, modality, qualifier, basis); strict (all the rest, and the preferred wording).

    Exit codes: 0 done; 1 below a threshold; 2 wrong usage, or files that cannot be read.
    """
    if gold.suffix.lower() in (".yaml", ".yml"):
        _evaluate_decisions(gold, predicted, form, errors, floors, only)
    from newsfacts.dataset.errors import DatasetError
    from newsfacts.dataset.evaluate import LEVELS
    from newsfacts.dataset.evaluate import evaluate as score
    from newsfacts.dataset.gold import read_gold, read_predicted
    from newsfacts.dataset.scoreboard import as_json, as_text

    thresholds = _thresholds(floors, tuple(LEVELS))
    try:
        golds = read_gold(gold, _prefixes(only))
        evaluation = score(golds, *read_predicted(predicted, set(golds)))
    except DatasetError as error:
        raise click.ClickException(str(error)) from error
    click.echo(as_json(evaluation, errors) if form == "json" else "\n".join(as_text(evaluation, errors)))
    below = False
    for level, floor in thresholds:
        f1 = evaluation.total.level(level).f1
        if f1 < floor:
            click.echo(f"{level}: F1 {f1:.4f} is below {floor}", err=True)
            below = True
    sys.exit(DIFFERENT if below else DONE)


@cli.command()
@click.argument("dataset", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--quotes",
    default="all",
    show_default=True,
    type=click.Choice(["all", "none"]),
    help="none: offsets in place of the articles' text; names, subject, metric, period and source stay.",
)
def export(dataset: Path, target: Path, quotes: str) -> None:
    """Hand a dataset over as a table, a database or a graph.

    DATASET is a folder that run wrote. TARGET's ending tells the format: .csv or .parquet (the facts, a row each),
    .sqlite, .db or .duckdb (all tables, observations among them, and the views levels, growth and conflicts), .jsonld
    (schema.org Observations). A TARGET that exists is replaced if it is an export of newsfacts.

    Exit codes: 0 done; 2 wrong usage, or a dataset or target that cannot be used.
    """
    # an exception unwinds the stack, so that a half-written file is cleared away
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    from newsfacts.dataset.errors import DatasetError
    from newsfacts.dataset.export import export as write

    try:
        counts = write(dataset, target, quotes=quotes == "all")
    except DatasetError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{plural(counts['facts'], 'fact')}: {target}")


@cli.command()
@click.argument("datasets", metavar="DATASET...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--subject", required=True, metavar="NAME", help="Whose, in any form that an article uses.")
@click.option("--metric", metavar="PHRASE", help="What is measured; order, plural and generic words do not matter.")
@click.option("--measure", metavar="M", help="Facts of this measure alone.")
@click.option("--format", "form", default="text", show_default=True, type=click.Choice(["text", "json", "csv"]))
def series(datasets: tuple[Path, ...], subject: str, metric: str | None, measure: str | None, form: str) -> None:
    """Print a subject's metric over time, from the facts of all articles.

    A DATASET is a folder that run wrote, or a facts.jsonl. The same fact told by several articles is one row, with the
    growth told of the same period; what cannot all be right is marked by ! and, in json and csv, named. Without
    --metric, all metrics of the subject, or of its --measure.

    Exit codes: 0 done; 2 wrong usage, nothing told, or a dataset that cannot be read.
    """
    from typing import get_args

    from newsfacts.dataset.errors import DatasetError
    from newsfacts.dataset.series import series as rows_of
    from newsfacts.dataset.series import show
    from newsfacts.records import Measure

    if measure:
        _one_of((measure,), get_args(Measure), "--measure")
    try:
        show(rows_of(datasets, subject, metric, measure), form, sys.stdout)
    except DatasetError as error:
        raise click.ClickException(str(error)) from error


@cli.command()
def schema() -> None:
    """Print the JSON Schema of the records that run writes."""
    from pydantic.json_schema import models_json_schema

    from newsfacts.records import ArticleError, ArticleSummary, Entity, Fact, Name, Quantity, RunReport, Uncorrected

    records = (Fact, Quantity, Entity, Name, ArticleSummary, Uncorrected, ArticleError, RunReport)
    references, schemas = models_json_schema([(record, "serialization") for record in records], title="Newsfacts")
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schemas,
        "anyOf": [references[record, "serialization"] for record in records],
    }
    click.echo(json.dumps(document, indent=2))


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    try:
        cli.main(prog_name="newsfacts", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(UNUSABLE)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted. What was there before stands.", err=True)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:  # the reader of a pipe went away
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception:  # Python's own status would say "different"
        traceback.print_exc()
        sys.exit(UNUSABLE)
    sys.exit(DONE)


class _Errors:
    """Print the first errors as they come, and say how many more there are; a skipped article is no failure."""

    def __init__(self) -> None:
        self.failed = 0
        self.skipped = 0

    def __call__(self, error: ArticleError) -> None:
        from newsfacts.records import SKIPPED

        skipped = error.code in SKIPPED
        self.skipped += skipped
        self.failed += not skipped
        if self.failed + self.skipped <= ERRORS_SHOWN:
            click.echo(f"{'Skipped' if skipped else 'Error'}: {error}", err=True)

    def sum_up(self) -> None:
        more = self.failed + self.skipped - ERRORS_SHOWN
        if more > 0:
            click.echo(f"... and {plural(more, 'more error')}", err=True)


def _unusable(error: CorrectionsError) -> click.ClickException:
    """Say what is wrong in a corrections.yaml: the first problems, and how many more there are."""
    told = list(map(str, error.problems[:ERRORS_SHOWN]))
    if more := len(error.problems) - len(told):
        told.append(f"... and {more:,} more")
    return click.ClickException("\n".join([*told, "Nothing was done; correct the file first."]))


def _tell(stale: Staleness, output: Path) -> None:
    """Name what --check found."""
    named = {"new": stale.new, "changed": stale.changed, "gone": stale.gone}
    for word, articles in named.items():
        for article in articles:
            click.echo(f"{word}: {article}")
    for problem in stale.files:
        click.echo(problem)
    if stale:
        numbers = ", ".join(f"{len(articles):,} {word}" for word, articles in named.items())
        click.echo(f"{output} is stale: {numbers}. The same command without --check brings it up to date.")
    else:
        click.echo(f"{output} is up to date.")


class _Failures:
    """Print the first addresses that failed as they come, and say where the others are."""

    def __init__(self) -> None:
        self._count = 0

    def __call__(self, line: Fetched) -> None:
        self._count += 1
        if self._count <= ERRORS_SHOWN:
            click.echo(f"Error: {line.url}: {line.error}", err=True)

    def sum_up(self, output: Path) -> None:
        more = self._count - ERRORS_SHOWN
        if more > 0:
            click.echo(f"... and {plural(more, 'more error')}, in {output / 'fetched.log'}", err=True)


@contextmanager
def _fetch_progress() -> Iterator[Callable[[int, int], None]]:
    """Show how many of the addresses are done, if somebody watches."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Fetching pages", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@contextmanager
def _progress(paths: tuple[Path, ...]) -> Iterator[Callable[[ArticleReader], None]]:
    """Show how many of the input's bytes are done, if somebody watches."""
    if not sys.stderr.isatty():
        yield lambda reader: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    from newsfacts.read.files import ArticleReader

    total = ArticleReader(paths).total_bytes()
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:.0f}%"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Reading articles", total=total or None)  # standard input has no size
        yield lambda reader: bar.update(task, completed=reader.bytes_read)


def _one_of(given: tuple[str, ...], known: tuple[str, ...], option: str) -> None:
    for name in given:
        if name not in known:
            raise click.BadParameter(f"{name!r} is not one of {', '.join(known)}.", param_hint=option)


def _evaluate_decisions(
    gold: Path, predicted: Path, form: str, errors: int, floors: tuple[str, ...], only: str
) -> NoReturn:
    from newsfacts.dataset.decided import ACTIONS, ALL, decided_as_json, decided_as_text, score_decisions
    from newsfacts.dataset.errors import DatasetError
    from newsfacts.emit.corrections import CorrectionsError

    thresholds = _thresholds(floors, (*ACTIONS, ALL))
    try:
        decided = score_decisions(gold, predicted, _prefixes(only))
    except DatasetError as error:
        raise click.ClickException(str(error)) from error
    except CorrectionsError as error:
        raise _unusable(error) from error
    click.echo(decided_as_json(decided, errors) if form == "json" else "\n".join(decided_as_text(decided, errors)))
    below = False
    for level, floor in thresholds:
        right, of = decided.share(level)
        if right < floor * of:
            click.echo(f"{level}: {right:,} of {of:,} is below {floor}", err=True)
            below = True
    sys.exit(DIFFERENT if below else DONE)


def _prefixes(only: str) -> tuple[str, ...]:
    return tuple(prefix for prefix in only.split(",") if prefix)


def _thresholds(floors: tuple[str, ...], levels: tuple[str, ...]) -> list[tuple[str, float]]:
    thresholds = []
    for floor in floors:
        level, _, number = floor.partition("=")
        _one_of((level,), levels, "--fail-under")
        try:
            f1 = float(number)
        except ValueError:
            f1 = -1.0
        if not 0 <= f1 <= 1:
            raise click.BadParameter(f"{floor!r} must be LEVEL=F1 with F1 from 0 to 1.", param_hint="--fail-under")
        thresholds.append((level, f1))
    return thresholds


def _status(done: int, failed: int) -> int:
    if not done:
        return UNUSABLE
    return SOME_FAILED if failed else DONE

"""The dated tables of ``docs/benchmarks.md``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from benchmarks.measure import Row, mean, mean_seconds
from benchmarks.results import Session

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BEGIN = "<!-- results: written by `python -m benchmarks` -->"
END = "<!-- end of results -->"
NOTHING = "–"

Column = tuple[str, Callable[[Row], str]]


def update(path: Path, session: Session) -> None:
    """Put a session's tables between the markers of a page.

    Raises:
        ValueError: The page has no such markers.
    """
    text = path.read_text()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path}: the markers of the results are missing")
    path.write_text(f"{before}{BEGIN}\n\n{render(session)}\n{END}{after}")


def render(session: Session) -> str:
    """The tables of a session."""
    machine, options = session.machine, session.options
    head = (
        f"**{session.date}**, commit {session.commit or 'unknown'}; {machine['processor']}, "
        f"{machine['cores']} cores, {machine['memory_gb']:g} GB, {machine['system']}, Python "
        f"{machine['python']}, load before {machine['load_before']:g}; every solver with "
        f"{options.threads} thread{'s' if options.threads > 1 else ''}, at most "
        f"{options.time_limit:g} s of solving, down to a gap of {options.gap:.2%}."
    )
    parts = [head, "### Means", _means(session), "### Phases of the product", _phases(session.rows)]
    return "\n\n".join([*parts, "### Every run", _runs(session.rows)]) + "\n"


def _groups(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.case, row.solver), []).append(row)
    return groups


def _means(session: Session) -> str:
    """A line for each case and solver: shifted geometric means of seconds, plain ones of shares."""
    limit = session.options.time_limit
    seconds = {"s to 10 %": "seconds_to_10", "s to 1 %": "seconds_to_1", "s": "seconds"}
    shares = {
        "gap": "gap",
        "plan gap": "plan_gap",
        "bound gap": "bound_gap",
        "over rule of thumb": "over_rule_of_thumb",
    }
    lines = []
    for (case, solver), rows in _groups(session.rows).items():
        ran = [row for row in rows if row.status]
        plans = sum(row.value_usd is not None for row in ran)
        wrong = sum(row.contradicted or row.status == "rejected" for row in ran)
        line = [case, solver, str(len(ran)), str(plans), str(wrong)]
        line += [_seconds(mean_seconds(ran, name, limit)) for name in seconds.values()]
        line += [_share(mean(getattr(row, name) for row in ran)) for name in shares.values()]
        lines.append([*line, _whole(mean(row.memory_mb for row in ran))])
    header = ["case", "solver", "runs", "plans", "wrong", *seconds, *shares, "MB"]
    return table(header, lines, left=2)


def _phases(rows: Iterable[Row]) -> str:
    """Mean seconds by phase, for every case."""
    own = {case: runs for (case, solver), runs in _groups(rows).items() if solver == "freighter"}
    everything = [row for runs in own.values() for row in runs]
    names = list(dict.fromkeys(name for row in everything for name in row.phases))
    if not names:
        return "The product did not take part."
    lines = [
        [case, *(_seconds(mean(row.phases.get(name) for row in runs)) for name in names)]
        for case, runs in own.items()
    ]
    return table(["case", *(f"{name}, s" for name in names)], lines, left=1)


def _runs(rows: Iterable[Row]) -> str:
    columns: list[Column] = [
        ("case", lambda r: r.case),
        ("instance", lambda r: r.instance),
        ("solver", lambda r: f"{r.solver} {r.version}".strip()),
        ("ended", ended),
        ("seed", lambda r: str(r.seed)),
        ("size", _size),
        ("s to 10 %", lambda r: _seconds(r.seconds_to_10)),
        ("s to 1 %", lambda r: _seconds(r.seconds_to_1)),
        ("s", lambda r: _seconds(r.seconds)),
        ("gap", lambda r: _share(r.gap)),
        ("value, USD", lambda r: _whole(r.value_usd)),
        ("bound, USD", lambda r: _whole(r.bound_usd)),
        ("plan gap", lambda r: _share(r.plan_gap)),
        ("bound gap", lambda r: _share(r.bound_gap)),
        ("over rule of thumb", lambda r: _share(r.over_rule_of_thumb)),
        ("MB", lambda r: _whole(r.memory_mb)),
    ]
    lines = [[text(row) for _, text in columns] for row in rows]
    return table([name for name, _ in columns], lines, left=4)


def ended(row: Row) -> str:
    """How a run ended, in words."""
    words = [row.status.replace("_", " "), row.note]
    if row.contradicted:
        words.append("bound contradicted by another's value")
    return "; ".join(word for word in words if word)


def _size(row: Row) -> str:
    """Stations, tails, consignments; columns and rows of the model."""
    size = row.size
    text = "/".join(str(size[n]) for n in ("stations", "tails", "consignments") if n in size)
    if "columns" in size:
        text += f", {size['columns']:,} × {size['rows']:,}"
    return text or NOTHING


def table(header: Sequence[str], lines: Iterable[Sequence[str]], left: int) -> str:
    """A Markdown table; columns from the `left`-th on are flush right."""
    rule = ["---" if k < left else "---:" for k in range(len(header))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *lines))


def _seconds(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.1f}"


def _share(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2%}".replace("%", " %")


def _whole(value: float | None) -> str:
    return NOTHING if value is None else f"{value:,.0f}"

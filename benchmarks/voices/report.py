"""What was measured, as Markdown."""

from collections.abc import Callable, Iterator, Sequence

from benchmarks.voices.outcome import Outcome
from benchmarks.voices.recordings import RECORDING
from benchmarks.voices.summary import (
    Rate,
    Share,
    brier,
    cost,
    delay,
    error,
    f_score,
    false_alarms,
    precision,
    recall,
    reliability,
)

SHOWN = 20
"""Names of sessions that went wrong, at most."""
NONE = "–"

Row = tuple[str, ...]
Key = Callable[[Outcome], str]


def report(outcomes: Sequence[Outcome]) -> list[str]:
    """Lines of Markdown: all tables."""
    mixed = [each for each in outcomes if each.condition != RECORDING]
    real = [each for each in outcomes if each.condition == RECORDING]
    lines: list[str] = []
    if mixed:
        lines += ["## More than one speaker", "", *_sessions(mixed)]
        lines += ["", "## False alarms while one speaks", "", *_alarms(mixed)]
        lines += ["", "## By how the voices meet", "", *_manners(mixed)]
        lines += ["", "## What a confidence means", "", *_confidences(mixed)]
        lines += ["", *_wrong(mixed)]
    if real:
        lines += ["", "## Recordings", "", *_recordings(real)]
    return [*lines, "", _cost_words(outcomes)]


def table(header: Row, rows: Sequence[Row]) -> list[str]:
    """One of Markdown."""
    return [
        f"| {' | '.join(header)} |",
        f"|{'---|' * len(header)}",
        *(f"| {' | '.join(row)} |" for row in rows),
    ]


def _sessions(outcomes: Sequence[Outcome]) -> list[str]:
    """Sessions with one speaker belong to both levels of their condition."""
    header = ("condition", "others", "sessions", "precision", "recall", "F", *DELAYS, "DER")
    rows = []
    for condition, group in _groups(outcomes, lambda each: each.condition):
        alone = [each for each in group if not each.several]
        several = [each for each in group if each.several]
        for level, conversations in _groups(several, _level):
            rows.append((condition, level, *_scores(conversations, alone)))
    several, alone = _divided(outcomes)
    for split, group in _groups(outcomes, lambda each: each.split):
        rows.append((f"all, {split}", "", *_scores(*_divided(group))))
    rows.append(("all", "", *_scores(several, alone)))
    return table(header, rows)


DELAYS = ("delay median", "p90")


def _scores(several: Sequence[Outcome], alone: Sequence[Outcome]) -> Row:
    both = [*several, *alone]
    return (
        f"{len(several)} + {len(alone)} alone",
        _share(precision(both)),
        _share(recall(both)),
        _number(f_score(both), ".3f"),
        *_delays(several),
        _number(error(several).rate, ".1%"),
    )


def _alarms(outcomes: Sequence[Outcome]) -> list[str]:
    header = ("condition", "hours", "false alarms", "per hour (95 %)", "DER of sessions alone")
    groups = [
        *_groups(outcomes, lambda each: each.condition),
        *_groups(outcomes, lambda each: f"all, {each.split}"),
        ("all", list(outcomes)),
    ]
    rows = []
    for name, group in groups:
        found, alone = false_alarms(group), _divided(group)[1]
        der = _number(error(alone).rate, ".1%")
        rows.append((name, f"{found.hours:.2f}", str(found.count), _rate(found), der))
    return table(header, rows)


def _manners(outcomes: Sequence[Outcome]) -> list[str]:
    header = ("manner", "speakers", "sessions", "recall", *DELAYS, "DER")
    several, _ = _divided(outcomes)
    rows = []
    for manner, group in _groups(several, lambda each: each.manner):
        for speakers, part in _groups(group, lambda each: str(len(each.spoken))):
            found, der = _share(recall(part)), _number(error(part).rate, ".1%")
            rows.append((manner, speakers, str(len(part)), found, *_delays(part), der))
    return table(header, rows)


def _confidences(outcomes: Sequence[Outcome]) -> list[str]:
    rows = [
        (
            f"{each.low:g} to {each.high:g}",
            str(each.count),
            f"{each.confidence:.3f}",
            f"{each.true:.3f}",
        )
        for each in reliability(outcomes)
    ]
    header = ("confidence", "judgements", "mean confidence", "more than one had spoken")
    return [*table(header, rows), "", f"Brier score {_number(brier(outcomes), '.3f')}."]


def _recordings(outcomes: Sequence[Outcome]) -> list[str]:
    header = ("recording", "seconds spoken, by voice", "second voice at", "alert", "delay", "DER")
    rows = []
    for each in outcomes:
        alert = "none" if not each.alerts else f"{each.alerts[0]:.1f} s"
        rows.append(
            (
                each.name,
                ", ".join(f"{seconds:.1f}" for seconds in each.spoken),
                _number(each.second_at, ".1f", " s"),
                f"{alert}, too early" if each.false_alarms else alert,
                _number(each.delay, ".1f", " s"),
                _number(each.error.rate, ".1%"),
            )
        )
    return table(header, rows)


def _wrong(outcomes: Sequence[Outcome]) -> list[str]:
    missed = [f"{each.name} ({sum(each.spoken[1:]):.1f} s)" for each in outcomes if _missed(each)]
    false = [f"{each.name} ({each.false_alarms})" for each in outcomes if each.false_alarms]
    return [_named("Missed, and seconds that others spoke", missed), _named("False alarms", false)]


def _missed(each: Outcome) -> bool:
    return each.several and not each.caught and not each.false_alarms


def _named(what: str, names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{what}: {', '.join(names[:SHOWN]) or 'none'}{more}.\n"


def _cost_words(outcomes: Sequence[Outcome]) -> str:
    stages = cost(outcomes)
    each = ", ".join(f"{stage} {spent:.1f}" for stage, spent in stages.items())
    return f"CPU, ms per second of sound: {sum(stages.values()):.1f} ({each})."


def _groups(outcomes: Sequence[Outcome], key: Key) -> Iterator[tuple[str, list[Outcome]]]:
    for name in dict.fromkeys(map(key, outcomes)):
        yield name, [each for each in outcomes if key(each) == name]


def _divided(outcomes: Sequence[Outcome]) -> tuple[list[Outcome], list[Outcome]]:
    several = [each for each in outcomes if each.several]
    return several, [each for each in outcomes if not each.several]


def _level(each: Outcome) -> str:
    return _number(each.level, ".0f", " dB")


def _delays(outcomes: Sequence[Outcome]) -> Row:
    return tuple(_number(delay(outcomes, percent), ".1f", " s") for percent in (50, 90))


def _share(share: Share) -> str:
    if share.value is None or share.interval is None:
        return NONE
    return "{:.3f} ({:.3f} to {:.3f})".format(share.value, *share.interval)


def _rate(rate: Rate) -> str:
    if rate.value is None or rate.interval is None:
        return NONE
    return "{:.2f} ({:.2f} to {:.2f})".format(rate.value, *rate.interval)


def _number(value: float | None, form: str, unit: str = "") -> str:
    return NONE if value is None else f"{value:{form}}{unit}"

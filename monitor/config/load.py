"""Reads the three YAML files as one configuration, with the mistakes of all of them at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from monitor.config import delivery as delivery_file
from monitor.config import document
from monitor.config import feeds as feeds_file
from monitor.config import watchlists as watchlists_file
from monitor.config.delivery import ChannelTypes, DeliveryFile
from monitor.config.reader import Checked
from monitor.config.suggest import did_you_mean
from monitor.config.watchlists import Watchlists
from monitor.core.telling import routing
from monitor.errors import ConfigError, Problem, Severity
from monitor.model.deliveries import DeliveryConfig
from monitor.model.feeds import Feed, Outlet

T = TypeVar("T")

WATCHLISTS, FEEDS, DELIVERY = FILES = ("watchlists.yaml", "feeds.yaml", "delivery.yaml")
CROSS_CHECKED: Final = "an id of a question in watchlists.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """Everything that the three files say. `warnings` are in the order of `FILES`."""

    watchlists: Watchlists
    feeds: tuple[Feed, ...]
    outlets: tuple[Outlet, ...]
    delivery: DeliveryConfig
    warnings: tuple[Problem, ...] = ()


def load_all(
    folder: Path, types: ChannelTypes, *, watchlists: Watchlists | None = None
) -> Configuration:
    """Read a folder's three files; `watchlists`, if given, stands in for that file.

    `types` are those of channels that delivery.yaml may name.

    Raises one ConfigError with the mistakes of all files, in the order of `FILES`. A digest that
    names a question which only the replaced file has is a warning, not a mistake.
    """
    if watchlists is None:
        asked = _check(folder / WATCHLISTS, watchlists_file.check)
    else:
        asked = Checked(watchlists, watchlists.warnings)
    polled = _check(folder / FEEDS, feeds_file.check)
    told = _check(folder / DELIVERY, lambda text, file: delivery_file.check(text, file, types))
    severity = Severity.ERROR if watchlists is None else Severity.WARNING
    unknown = _unknown_questions(asked.value, told.value, severity)
    unreached = _unreached(asked.value, told.value)
    told = Checked(told.value, _in_order((*told.problems, *unknown, *unreached)))
    problems = (*asked.problems, *polled.problems, *told.problems)
    if errors := (*asked.errors, *polled.errors, *told.errors):
        raise ConfigError(errors)
    feeds = polled.accept()
    return Configuration(
        watchlists=asked.accept(),
        feeds=feeds.feeds,
        outlets=feeds.outlets,
        delivery=told.accept().config,
        warnings=problems,
    )


def _unreached(watchlists: Watchlists | None, delivery: DeliveryFile | None) -> list[Problem]:
    """What a question says about whom to tell, and nobody is told by."""
    if watchlists is None or delivery is None:
        return []
    questions = watchlists.questions
    found: list[tuple[str, str]] = []
    if any(digest.to_owners for digest in delivery.config.digests):
        found += [
            (f"no team is called “{name}”, which a question names", "a team for each owner")
            for name in routing.without_team(delivery.config, questions)
        ]
    elif any(question.notify for question in questions):
        found.append(("a question has “notify”", "a digest with “to: owners”, which tells them"))
    for digest in delivery.config.digests:
        chosen = digest.questions or any(routing.selects(digest, q) for q in questions)
        if not chosen:
            found.append((f"the digest “{digest.name}” chooses no question", "at least one"))
    return [
        Problem(
            file=DELIVERY,
            line=0,
            column=0,
            found=said,
            expected=expected,
            severity=Severity.WARNING,
        )
        for said, expected in found
    ]


def _check(path: Path, check: Callable[[str, str], Checked[T]]) -> Checked[T]:
    try:
        text = document.read(path)
    except ConfigError as error:
        return Checked(None, error.problems)
    return check(text, path.name)


def _in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))


def _unknown_questions(
    watchlists: Watchlists | None, delivery: DeliveryFile | None, severity: Severity
) -> list[Problem]:
    if watchlists is None or delivery is None:
        return []
    known = [question.id for question in watchlists.questions]
    return [
        Problem(
            file=DELIVERY,
            line=node.line,
            column=node.column,
            found=f"no question has the id “{asked}”",
            expected=CROSS_CHECKED,
            advice=did_you_mean(asked, known),
            severity=severity,
        )
        for asked, node in delivery.questions
        if asked not in known
    ]

"""Turns digests, teams and questions into who is told about what: one digest per recipient or team.

Must never send a question to somebody whom neither delivery.yaml nor the question's owner named.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from monitor.model.deliveries import DeliveryConfig, DigestConfig, Recipient
from monitor.model.questions import Question, Whose


def selects(config: DigestConfig, question: Question | Whose) -> bool:
    """Whether a digest tells about a question."""
    return (
        (not config.questions or question.id in config.questions)
        and (not config.owners or _owner(question) in config.owners)
        and (
            not config.tags or not {tag.casefold() for tag in question.tags}.isdisjoint(config.tags)
        )
    )


def digests(delivery: DeliveryConfig, questions: Sequence[Question]) -> tuple[DigestConfig, ...]:
    """The digests to compose: one that goes to owners becomes one for each team that owns any.

    Such a digest is called “name.team”, a name that no digest of the file can have.
    """
    found: list[DigestConfig] = []
    for config in delivery.digests:
        found += _to_owners(config, delivery, questions) if config.to_owners else [config]
    return tuple(found)


def desk_zone(delivery: DeliveryConfig) -> str:
    """The desk's own time zone: that of the first digest."""
    return delivery.digests[0].timezone if delivery.digests else "UTC"


def without_team(delivery: DeliveryConfig, questions: Iterable[Question]) -> tuple[str, ...]:
    """The owners and those to notify that no team of delivery.yaml is called, each once."""
    known = {team.name for team in delivery.teams}
    named = (name for question in questions for name in _named(question))
    return tuple(dict.fromkeys(name for name in named if team_name(name) not in known))


def reaches(config: DigestConfig, name: str, delivery: DeliveryConfig) -> bool:
    """Whether a digest is what somebody gets: by its name, a team's, a channel's or an address."""
    if name in {config.name, config.name.partition(".")[0]}:
        return True
    team = next((team for team in delivery.teams if team.name == name), None)
    if team is not None:
        return bool(set(team.recipients) & set(config.recipients))
    ways = {(each.channel, each.address) for each in config.recipients}
    return any(name in {channel, address, f"{channel}:{address}"} for channel, address in ways)


def team_name(text: str) -> str:
    """A name as teams are called: “Asia desk” is the team “asia-desk”."""
    return "-".join(text.casefold().replace("_", " ").split())


def _to_owners(
    config: DigestConfig, delivery: DeliveryConfig, questions: Sequence[Question]
) -> Iterable[DigestConfig]:
    chosen = [question for question in questions if selects(config, question)]
    for team in delivery.teams:
        own = tuple(
            question.id
            for question in chosen
            if team.name in {team_name(name) for name in _named(question)}
        )
        if own:
            yield replace(
                config,
                name=f"{config.name}.{team.name}",
                recipients=_merged(config.recipients, team.recipients),
                to_owners=False,
                questions=own,
                owners=(),
                tags=(),
            )


def _merged(*parts: Iterable[Recipient]) -> tuple[Recipient, ...]:
    return tuple(dict.fromkeys(each for part in parts for each in part))


def _named(question: Question) -> tuple[str, ...]:
    return tuple(filter(None, (question.owner, *question.notify)))


def _owner(question: Question | Whose) -> str:
    return team_name(question.owner)

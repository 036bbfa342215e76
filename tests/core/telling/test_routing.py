"""Routing: who is told about what follows from delivery.yaml and the owners of questions."""

from dataclasses import replace

from monitor.core.telling import routing
from monitor.model.deliveries import DeliveryConfig, DigestConfig, Recipient, Team
from tests import build

KIM = Recipient(channel="mail", address="kim@example.org")
DESK = Recipient(channel="mail", address="desk@example.org")
ROOM = Recipient(channel="slack")
FILES = Recipient(channel="files")

PACT = replace(build.question(), id="pact", owner="Kim", notify=("Asia desk",), tags=("Korea",))
STRAIT = replace(build.question(), id="strait", owner="kim", tags=("gulf", "shipping"))
COAL = replace(build.question(), id="coal", owner="nobody we know")
QUESTIONS = (PACT, STRAIT, COAL)

TEAMS = (Team(name="kim", recipients=(KIM,)), Team(name="asia-desk", recipients=(DESK, ROOM)))


def config(**changes: object) -> DigestConfig:
    return replace(DigestConfig(name="daily", recipients=(FILES,)), **changes)  # type: ignore[arg-type]  # the tests know the field names


def delivery(*digests: DigestConfig) -> DeliveryConfig:
    return DeliveryConfig(channels=(), digests=digests, teams=TEAMS)


def chosen(**changes: object) -> list[str]:
    return [each.id for each in QUESTIONS if routing.selects(config(**changes), each)]


def test_a_digest_tells_about_all_questions_unless_it_chooses() -> None:
    assert chosen() == ["pact", "strait", "coal"]
    assert chosen(questions=("coal", "pact")) == ["pact", "coal"]
    assert chosen(owners=("kim",)) == ["pact", "strait"]
    assert chosen(tags=("korea", "shipping")) == ["pact", "strait"]
    assert chosen(owners=("kim",), tags=("gulf",)) == ["strait"]
    assert chosen(owners=("nobody",)) == []


def test_a_digest_to_owners_is_one_for_each_team_with_all_that_it_owns_or_is_told_of() -> None:
    found = routing.digests(delivery(config(to_owners=True), config(name="all")), QUESTIONS)

    assert [(each.name, each.questions, each.recipients) for each in found] == [
        ("daily.kim", ("pact", "strait"), (FILES, KIM)),
        ("daily.asia-desk", ("pact",), (FILES, DESK, ROOM)),
        ("all", (), (FILES,)),
    ]
    assert not any(each.to_owners for each in found)


def test_owners_and_tags_of_a_digest_to_owners_choose_first() -> None:
    found = routing.digests(delivery(config(to_owners=True, tags=("gulf",))), QUESTIONS)

    assert [(each.name, each.questions) for each in found] == [("daily.kim", ("strait",))]


def test_an_owner_without_a_team_is_named() -> None:
    assert routing.without_team(delivery(), QUESTIONS) == ("nobody we know",)


def test_what_somebody_gets_is_found_by_any_of_their_names() -> None:
    whole = delivery(config(to_owners=True), config(name="all", recipients=(FILES, KIM)))
    digests = routing.digests(whole, QUESTIONS)

    def gets(name: str) -> list[str]:
        return [each.name for each in digests if routing.reaches(each, name, whole)]

    assert gets("kim") == ["daily.kim", "all"]
    assert gets("kim@example.org") == ["daily.kim", "all"]
    assert gets("mail:desk@example.org") == ["daily.asia-desk"]
    assert gets("slack") == ["daily.asia-desk"]
    assert gets("daily") == ["daily.kim", "daily.asia-desk"]
    assert gets("nobody") == []

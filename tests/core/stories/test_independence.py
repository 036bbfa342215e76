"""How many independent sources a story has, and how far that makes it credible."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.stories.independence import (
    REPORT,
    STATE_MEDIA,
    Origin,
    credited,
    origin,
    standing,
    wire,
)
from monitor.model.stories import Member, Relation, StandingKind, StoryStanding
from tests import build

SINGLE, CORROBORATED, OFFICIAL = StandingKind
TITLES = (
    "North fires long-range missile over sea of Japan",
    "Pyongyang launches rocket toward eastern waters at dawn",
    "Missile from North lands off coast, says Tokyo mayor Kondo",
    "Alarm in Hokkaido as projectile passes over islands",
    "What is known of the launch this morning in Wonsan",
)


def member(
    number: int, title: str, outlet: str, *, summary: str = "", copy: bool = False
) -> Member:
    return build.member(
        f"e{number}",
        title,
        outlet=outlet,
        seen=build.at(hours=number),
        summary=summary,
        relation=Relation.COPY if copy else Relation.SIBLING,
    )


def members(*told: tuple[str, str]) -> list[Member]:
    """Siblings, from pairs of outlet and title."""
    return [member(number, title, outlet) for number, (outlet, title) in enumerate(told)]


def short(found: StoryStanding) -> tuple[int, str, StandingKind, int]:
    return found.sources, found.origin, found.kind, found.digit


@pytest.mark.parametrize(
    ("told", "expected", "reason"),
    [
        ([("Reuters", TITLES[0])], (1, "", SINGLE, 3), "one outlet, Reuters"),
        (
            [("Reuters", TITLES[0]), ("Reuters", TITLES[1])],
            (1, "", SINGLE, 3),
            "one outlet, Reuters",
        ),
        (
            [("Reuters", TITLES[0]), ("BBC", TITLES[1])],
            (2, "", CORROBORATED, 2),
            "2 independent sources: Reuters, BBC",
        ),
        (
            [(name, title) for name, title in zip("ABCDE", TITLES, strict=True)],
            (5, "", CORROBORATED, 1),
            "5 independent sources: A, B, C +2",
        ),
        (
            [
                ("A", "Envoy executed, KCNA says"),
                ("B", "KCNA: top envoy was shot"),
                ("C", TITLES[0]),
            ],
            (1, "KCNA", SINGLE, 3),
            "3 outlets quote one origin, KCNA",
        ),
        (
            [("A", "Envoy executed, KCNA says"), ("B", TITLES[1]), ("C", TITLES[0])],
            (3, "", CORROBORATED, 1),
            "3 independent sources: A, B, C",
        ),
        (
            [
                ("A", "Envoy executed, Chosun Ilbo reports"),
                ("B", "North's nuclear envoy executed: report"),
                ("C", "Top negotiator shot, South Korean newspaper says"),
            ],
            (1, "Chosun Ilbo", SINGLE, 3),
            "3 outlets quote one origin, Chosun Ilbo",
        ),
        (
            [("A", "Missile fired, state media says"), ("B", "Rocket was new type: KCNA")],
            (1, "KCNA", SINGLE, 3),
            "2 outlets quote one origin, KCNA",
        ),
        (
            [("A", "Talks go on, White House says"), ("B", "White House: door is open to North")],
            (2, "White House", OFFICIAL, 2),
            "what White House says, told by A, B",
        ),
        (
            [("A", "White House says talks go on with North")],
            (1, "White House", OFFICIAL, 3),
            "what White House says, told by A",
        ),
        (
            [("A", "Envoy executed, KCNA says")],
            (1, "KCNA", SINGLE, 3),
            "one outlet, A, quoting KCNA",
        ),
    ],
)
def test_sources_origin_kind_and_digit(
    told: list[tuple[str, str]], expected: tuple[int, str, StandingKind, int], reason: str
) -> None:
    found = standing(members(*told))

    assert short(found) == expected
    assert found.reason == reason


def test_one_wire_under_many_names_is_one_source() -> None:
    lead = "SEOUL (Reuters) - North Korea fired a missile over Japan"
    told = [
        member(0, TITLES[0], "Reuters"),
        member(1, TITLES[1], "Courier", summary=f"{lead}, the military said."),
        member(2, TITLES[2], "Herald", summary=f"{lead} early on Friday."),
    ]
    found = standing(told)

    assert short(found) == (1, "", SINGLE, 3)
    assert found.reason == "3 outlets carry one Reuters text"
    assert standing([*told, member(3, TITLES[3], "BBC")]).sources == 2


def test_equal_titles_and_equal_leads_are_one_text() -> None:
    lead = "The North fired a missile on Friday that flew for a thousand kilometres over Japan"

    assert standing(members(("A", TITLES[0]), ("B", f"{TITLES[0]} - B"))).sources == 1
    assert standing(members(("A", "Talks resume"), ("B", "Talks resume"))).sources == 2
    assert (
        standing(
            [member(0, TITLES[0], "A", summary=lead), member(1, TITLES[1], "B", summary=lead)]
        ).sources
        == 1
    )


SAW = "People in the north of the island saw a light at dawn and were told to go inside."
RADAR = "Radar on two destroyers followed the rocket until it broke up over the ocean at noon."
COST = "Each launch is thought to cost as much as a year of grain for a town, experts reckon."


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            [
                ("Reuters", "A rocket flew over Japan, officials in Seoul said."),
                ("Courier", "A rocket was fired at dawn, Reuters reported, quoting officials."),
                ("Herald", "People were told to go inside, according to a Reuters report."),
            ],
            (1, "Reuters", SINGLE, 3),
        ),
        (
            [
                ("Reuters", "A rocket was launched at dawn, KCNA said."),
                ("BBC", "State news agency KCNA said that the rocket flew well."),
                ("CNN", "The Korean Central News Agency (KCNA) reported on Saturday."),
            ],
            (1, "KCNA", SINGLE, 3),
        ),
        (
            [
                ("Reuters", SAW),
                ("BBC", RADAR),
                ("CNN", "A rocket flew over Japan, according to South Korea's Yonhap."),
                ("NPR", "Yonhap news agency reported a launch."),
            ],
            (3, "", CORROBORATED, 1),
        ),
        (
            [("BBC", "The minister told the BBC that it was over."), ("CNN", SAW)],
            (2, "", CORROBORATED, 2),
        ),
        (
            [("BBC", SAW), ("CNN", "It is over, the minister told the BBC on Friday.")],
            (1, "BBC", SINGLE, 3),
        ),
        ([("BBC", SAW), ("BBC Sport", RADAR)], (1, "", SINGLE, 3)),
        (
            [("The New York Times", SAW), ("Courier", "It flew, the New York Times reported.")],
            (1, "New York Times", SINGLE, 3),
        ),
        ([("Daily News", SAW), ("Daily Sport", RADAR)], (2, "", CORROBORATED, 2)),
        (
            [
                ("A", f"STRELSAU, March 3 — {SAW}"),
                ("B", SAW),
                ("C", f"Strelsau (The Herald) - {SAW}"),
            ],
            (1, "", SINGLE, 3),
        ),
    ],
)
def test_a_lead_says_whose_report_it_is(
    told: list[tuple[str, str]], expected: tuple[int, str, StandingKind, int]
) -> None:
    entries = [
        member(number, title, outlet, summary=lead)
        for number, ((outlet, lead), title) in enumerate(zip(told, TITLES, strict=False))
    ]

    assert short(standing(entries)) == expected


def test_leads_of_their_own_under_nearly_one_title_are_sources() -> None:
    titles = (
        "Ruritania signs gas treaty with Graustark",
        "Ruritania signs gas treaty with Graustark in Zenda",
        "Ruritania signs a gas treaty with its neighbour Graustark",
    )
    rows = list(zip("ABC", titles, (SAW, RADAR, COST), strict=True))
    own = [member(i, t, o, summary=s, copy=i > 0) for i, (o, t, s) in enumerate(rows)]
    one = [member(i, t, o, summary=SAW, copy=i > 0) for i, (o, t, _) in enumerate(rows)]

    assert standing(own).sources == 3
    assert standing(one).sources == 1


@pytest.mark.parametrize(
    ("lead", "name"),
    [
        ("The fleet has left, officials told The Associated Press.", "AP"),
        ("The plan was first reported by The New York Times.", "New York Times"),
        ("Citing three people, Bloomberg reported that it was off.", "Bloomberg"),
        ("In an interview with Al Jazeera he denied it.", "Al Jazeera"),
        ("Iranian state television said that the ships had left.", STATE_MEDIA),
        ("A Financial Times investigation found the ships.", "Financial Times"),
        ("A fox said no, and the guardian of the gate reported it.", ""),
        ("He told reporters that it was over, police said.", ""),
        ("Our Ari Shapiro of NPR speaks with a doctor.", ""),
    ],
)
def test_whom_a_lead_credits(lead: str, name: str) -> None:
    assert credited(lead) == name


def test_a_copy_is_no_source_of_its_own() -> None:
    changed = "North fires long-range missile over the sea of Japan again"
    told = [member(0, TITLES[0], "A"), member(1, TITLES[1], "B")]

    assert standing([*told, member(2, changed, "C")]).sources == 3
    assert standing([*told, member(2, changed, "C", copy=True)]).sources == 2


def test_hedges_lower_the_digit() -> None:
    told = members(*zip("ABCDE", TITLES, strict=True))

    assert standing(told).digit == 1
    assert standing(told, hedged=True).digit == 3
    assert standing(told, hedged=True).reason.endswith("hedged by all of them")


def test_nothing_stands_on_nothing() -> None:
    assert short(standing(())) == (0, "", SINGLE, 6)


@pytest.mark.parametrize(
    ("told", "label"),
    [
        (members(("A", TITLES[0])), "single source"),
        (members(("A", TITLES[0]), ("B", TITLES[1])), "corroborated by 2"),
        (members(("A", "Talks go on, Kremlin says")), "official statement"),
    ],
)
def test_labels(told: list[Member], label: str) -> None:
    assert standing(told).label == label


MEMBERS = st.lists(
    st.builds(
        member,
        st.integers(0, 30),
        st.sampled_from(
            [*TITLES, "Envoy shot, KCNA says", "Talks go on: Kremlin", "Envoy: report"]
        ),
        st.sampled_from(["Reuters", "AP", "BBC", "Courier", "Herald"]),
        summary=st.sampled_from(["", "SEOUL (AP) - It flew far.", "Reuters - It flew."]),
        copy=st.booleans(),
    ),
    max_size=9,
    unique_by=lambda each: each.entry_id,
)


@given(MEMBERS, st.randoms(use_true_random=False))
def test_the_order_of_entries_changes_nothing(told: list[Member], random: Random) -> None:
    shuffled = list(told)
    random.shuffle(shuffled)

    assert standing(shuffled) == standing(told)


@given(MEMBERS)
def test_never_more_sources_than_outlets(told: list[Member]) -> None:
    found = standing(told)

    assert (found.sources == 0) == (not told)
    assert found.sources <= len({each.outlet for each in told})
    assert 1 <= found.digit <= 6


@pytest.mark.parametrize(
    "summary",
    [
        "SEOUL (Reuters) - The launch was seen at dawn.",
        "The launch was seen at dawn. (Reuters)",
        "The launch was seen at dawn. Source: Reuters",
    ],
)
def test_a_text_that_credits_reuters_counts_as_reuters_at_whatever_outlet(summary: str) -> None:
    """Where Reuters' own feed shuts us out, outlets that carry it stand in, and are no second."""
    later = summary.replace("dawn", "noon")
    carried = [
        member(0, TITLES[0], "Straits Journal", summary=summary),
        member(1, TITLES[1], "Harbour Times", summary=later),
    ]
    found = standing(carried)
    assert (found.sources, found.kind) == (1, SINGLE)
    assert found.reason == "2 outlets carry one Reuters text"

    own = member(2, TITLES[2], "Reuters")
    assert standing([*carried, own]).sources == 1
    other = standing([*carried, own, member(3, TITLES[3], "BBC")])
    assert (other.sources, other.reason) == (2, "2 independent sources: Reuters, BBC")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("North fires missile, KCNA says", "KCNA"),
        ("North fires missile: KCNA", "KCNA"),
        ("KCNA: North fires missile", "KCNA"),
        ("KCNA says North fired a missile", "KCNA"),
        ("North fired a missile, says KCNA", "KCNA"),
        ("North fired a missile, according to the Korean Central News Agency", "KCNA"),
        ("North Korean state media says missile fired", "KCNA"),
        ("Envoy executed, Chosun Ilbo reports", "Chosun Ilbo"),
        ("Envoy executed – The Chosun Ilbo reported", "Chosun Ilbo"),
        ("Envoy executed after summit, state media says", STATE_MEDIA),
        ("Envoy executed, according to state television", STATE_MEDIA),
        ("Envoy executed: report", REPORT),
        ("Envoy executed, South Korean newspaper says", REPORT),
        ("Fleet moves to the Gulf: Bloomberg", "Bloomberg"),
        ("“Fleet moves to the Gulf”, New York Times reports.", "New York Times"),
        ("Iran has full control of the strait: Tasnim", "IRNA"),
    ],
)
def test_media_that_are_quoted(title: str, name: str) -> None:
    assert origin(title) == Origin(name)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("White House says talks go on", "White House"),
        ("Talks go on, White House says", "White House"),
        ("Talks go on: Kremlin", "Kremlin"),
        ("North Korea says it will not return to talks", "North Korea"),
        ("N. Korea says it will not return to talks", "North Korea"),
        ("South Korean officials say talks go on: Seoul officials", "South Korea"),
        ("IAEA confirms inspectors return", "IAEA"),
        ("Iran's foreign ministry says strait stays open", "Iran"),
        ("Rates stay, central bank says", "Central Bank"),
    ],
)
def test_authorities_that_speak_for_themselves(title: str, name: str) -> None:
    assert origin(title) == Origin(name, official=True)


@pytest.mark.parametrize(
    "title",
    [
        "Trump decides against more sanctions: source",
        "Talks to resume, former US official says",
        "Italy: Boat capsizes on lake",
        "Who said talks were over?",
        "Kim Jong-un says he has a button on his desk",
        "Poll: voters are tired",
        "Bill Clinton says peace is near",
        "North fires missile",
        "Report on missile sites published",
        "",
    ],
)
def test_nobody_in_particular(title: str) -> None:
    assert origin(title) is None


@pytest.mark.parametrize(
    ("title", "summary", "name"),
    [
        ("x", "SEOUL (Reuters) - North Korea fired a missile on Friday.", "Reuters"),
        ("x", "WASHINGTON (AP) — The White House said", "AP"),
        ("x", "North Korea fired a missile. (AFP)", "AFP"),
        ("x", "North Korea fired a missile. By Reuters", "Reuters"),
        ("Missile fired (Yonhap)", "", "Yonhap"),
        ("x", "Reuters - North Korea fired a missile", "Reuters"),
        ("x", "By The Associated Press", "AP"),
        ("x", "The analyst told Reuters that talks go on", ""),
        ("x", "The AP app has a new look", ""),
        ("", "", ""),
    ],
)
def test_wires_that_are_credited(title: str, summary: str, name: str) -> None:
    assert wire(title, summary) == name


@given(
    st.text(max_size=300) | st.text("KCNAsaysreport:,. (AP)-", max_size=80), st.text(max_size=80)
)
def test_any_text_is_read(title: str, summary: str) -> None:
    found = origin(title)

    assert found is None or found.name
    assert wire(title, summary) == wire(title, summary)

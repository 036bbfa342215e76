"""Whom a headline quotes, and which wire wrote a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.stories.origins import REPORT, STATE_MEDIA, Origin, origin, wire


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

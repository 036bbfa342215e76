"""Invents archives for golden replays: a year of noise on a question about which nothing happens.

No text here is anybody's news. The same seed gives the same archive everywhere.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

YEAR = datetime(2017, 1, 1, tzinfo=UTC)
DAYS = 365

OUTLETS = tuple(f"outlet{number}.example" for number in range(30))

PHRASES = (
    "offers talks on the canal",
    "returns to talks on the canal",
    "signals that tolls may fall",
    "envoy flies to the capital",
    "walks out of canal talks",
    "moves troops to the canal",
    "warns of higher tolls",
    "accuses its neighbour over the canal",
)
SYLLABLES = ("ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo")

WATCHLIST = """
questions:
- id: canal
  ask: Will Ruritania and its neighbour share the canal this year?
  opened: 2017-01-01
  about: [Ruritania*]
  briefs:
  - id: no-sharing
    title: Ruritania will keep the canal
    published: 2017-01-01
    judgments:
    - id: kept
      says: Ruritania will not share the canal this year.
      event: the canal is shared
      likelihood: very unlikely
      confidence: high
    - id: talking
      says: The two will go on talking.
      event: the two are still talking when the year ends
      likelihood: likely
      confidence: moderate
      toward: [signed, offers, back, tolls, envoy]
      away: [walkout, troops, warns, accuses]
  toward:
    decisive: {signed: ["sign .. canal treaty"]}
    strong: {back: ["return* .. talks"]}
    moderate: {offers: ["offer* .. talks"], tolls: ["tolls .. fall"], envoy: [envoy]}
  away:
    strong: {walkout: ["walk .. out .. talks"], troops: ["troops"]}
    moderate: {warns: ["warn* .. tolls"], accuses: [accus*]}
"""


def noise(mean: float, dispersion: float, seed: int) -> Iterator[str]:
    """Lines of a year without an event: `mean` stories a day, over-dispersed, most at one outlet.

    Counts are negative binomial: Poisson with a gamma-distributed mean. `dispersion` is variance
    over mean; 1 is Poisson.
    """
    draw = Random(seed)  # noqa: S311  # noise for a test
    number = 0
    for day in range(DAYS):
        level = mean
        if dispersion > 1:
            level = draw.gammavariate(mean / (dispersion - 1), dispersion - 1)
        for _ in range(poisson(draw, level)):
            number += 1
            yield from story(draw, YEAR + timedelta(days=day), number)


def story(draw: Random, day: datetime, number: int) -> Iterator[str]:
    """One story: the same headline at one outlet, or now and then at two or three."""
    at = day + timedelta(minutes=draw.randrange(1_440))
    names = " ".join("".join(draw.choices(SYLLABLES, k=3)).capitalize() for _ in range(4))
    title = f"Ruritania {draw.choice(PHRASES)}, {names} reports"
    for outlet in draw.sample(OUTLETS, k=draw.choices((1, 2, 3), weights=(80, 14, 6))[0]):
        at += timedelta(minutes=draw.randrange(1, 90))
        link = f"https://{outlet}/{number}"
        yield json.dumps({"t": at.isoformat(), "outlet": outlet, "title": title, "url": link})


def poisson(draw: Random, mean: float) -> int:
    """A Poisson count: how many exponential waits fit into one day."""
    count, passed = 0, draw.expovariate(1.0)
    while passed < mean:
        count += 1
        passed += draw.expovariate(1.0)
    return count


def written(path: Path, lines: Iterator[str]) -> Path:
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def event(day: int) -> Iterator[str]:
    """Something happens on this day: ten outlets say that the treaty was signed."""
    at = YEAR + timedelta(days=day, hours=9)
    for number, outlet in enumerate(OUTLETS[:10]):
        title = "Ruritania signs canal treaty with its neighbour"
        if number >= 5:
            title = f"{title}, ending years of dispute"
        link = f"https://{outlet}/treaty"
        at += timedelta(minutes=20)
        yield json.dumps({"t": at.isoformat(), "outlet": outlet, "title": title, "url": link})
    retitled = "Ruritania refuses to sign canal treaty after all"
    at += timedelta(hours=3)
    link = f"https://{OUTLETS[0]}/treaty"
    yield json.dumps({"t": at.isoformat(), "outlet": OUTLETS[0], "title": retitled, "url": link})

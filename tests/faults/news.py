"""What the fault suite publishes, watches for and sends: every entry a story of its own."""

from datetime import timedelta

from tests.support.scene import PARADE, Item, at, rss

WATCHLISTS = """
questions:
- id: treaty
  ask: Will Ruritania sign the border treaty this year?
  about: [Ruritania*]
  briefs:
  - id: no-treaty
    title: Ruritania will not sign
    published: 2019-03-01
    judgments:
    - id: unsigned
      says: Ruritania will not sign the border treaty this year.
      event: the treaty is signed
      likelihood: very unlikely
      confidence: moderate
  toward:
    decisive: {signing: ["sign .. treaty"]}
- id: works
  ask: Will Graustark finish its public works this year?
  about: [Graustark*]
  briefs:
  - id: finished
    title: Graustark will finish
    published: 2019-03-01
    judgments:
    - id: done
      says: Graustark will finish its public works this year.
      event: the works are finished
      likelihood: likely
      confidence: low
  toward:
    slight: {opening: ["open*"], flooding: ["flood*"]}
  away:
    slight: {halting: ["halt*"], burning: ["burn*"]}
"""

FEEDS = """
feeds:
- {{id: courier, url: "{base}/courier", outlet: Courier, allow_private: true}}
- {{id: herald, url: "{base}/herald", outlet: Herald, allow_private: true}}
"""

DELIVERY = """
channels:
  mail: {{type: email, host: 127.0.0.1, port: {port}, security: none, sender: s@example.org}}
  files: {{type: files, folder: digests}}
digests:
- name: desk
  at: "08:00"
  days: daily
  timezone: UTC
  urgent: true
  to: ["mail:one@example.org", "mail:two@example.org", files]
operators: files
"""

OLD = (
    Item(guid="c0", title=PARADE, at=at(-2)),
    Item(guid="h0", title="Graustark holds an election for mayor", at=at(-3), outlet="herald"),
)

SIGNING = (
    Item(guid="c1", title="Ruritania signs border treaty with its old rival Graustark", at=at(0.5)),
    Item(
        guid="h1",
        title="After forty years Ruritania signs border treaty, leaving the islands out",
        at=at(0.6),
        outlet="herald",
    ),
)
"""Two outlets, one event, neither text a copy of the other whichever comes first: a flag."""

WORKS = (
    Item(guid="c2", title="Graustark opens paper mill in the north", at=at(0.1)),
    Item(guid="c3", title="Fire: tramway depot burns down, Graustark mourns", at=at(0.2)),
    Item(guid="h2", title="Graustark floods quarry for anglers", at=at(0.3), outlet="herald"),
    Item(
        guid="h3", title="Strike halts ferry terminal, says Graustark", at=at(0.4), outlet="herald"
    ),
)
"""A story each, too light for a flag: told by the next digest."""

MORNING = at(23) + timedelta(seconds=5)
"""08:00:05 of the next day: a digest is due."""


def link(item: Item) -> str:
    return f"http://{item.outlet}.example/{item.guid}"


def document(outlet: str, items: tuple[Item, ...]) -> bytes:
    return rss(*(item for item in items if item.outlet == outlet))

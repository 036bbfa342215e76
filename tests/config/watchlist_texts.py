"""Watchlists in their three forms, for tests."""

FULL = """\
questions:
- id: pact
  ask: Will Ruritania and Graustark sign a pact?
  opened: 2019-03-01
  closes: 2019-12-31
  resolves_yes_if: >
    Both governments sign
    a written text.
  owner: balkan-desk
  notify: [desk@example.org]
  about: [Ruritania*, Graustark]
  briefs:
  - id: march
    title: A pact is unlikely
    published: 2019-03-20
    url: https://example.org/march
    judgments:
    - id: no-pact
      says: No pact will be signed.
      event: a pact is signed
      likelihood: very unlikely
      confidence: high
      review_every: 60d
    - id: talking
      says: The talks will go on.
      event: talks go on
      likelihood: likely
      toward: [talks]
      away: [walkout, text]
    assumptions:
    - {id: holds-out, says: Ruritania holds out., broken_by: [text]}
    cites:
    - {outlet: The Strelsau Post, date: 2019-03-18, title: "Talks to go on", link: "https://example.org/1"}
  toward:
    decisive: {text: ["sign* .. pact", treaty text]}
    moderate: {talks: ["resum* .. talks"]}
  away:
    strong: {walkout: [walk* out, "quit* .. talks"]}
  quiet:
  - {indicator: talks, by: 2019-07-31, strength: strong, because: no round since spring}
  ignore: [football]
"""

SHORT = """\
questions:
- ask: Will Ruritania and Graustark sign a pact?
  closes: 2019-12-31
  judgment: No pact will be signed.
  likelihood: very unlikely
  confidence: high
  about: [Ruritania]
  toward:
  - treaty text, peace declaration: decisive
  - third summit, letter from Rudolf
  - '"king, queen", crown': Strong
  away:
  - walk out: slight
"""

MINIMAL = """\
questions:
- ask: Will Ruritania and Graustark sign a pact?
  judgment: No pact will be signed.
  likelihood: very unlikely
  watch: [sanctions, liaison office]
"""

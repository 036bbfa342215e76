"""Turns the names of a brief into a scope: what an entry must mention to be looked at.

A name that an entity of the watchlist knows becomes that entity, with all its aliases. Offices
(“President”) are no part of a name. Headlines in which every word has a capital tell no names.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from monitor.core.drafting.passages import Sentence
from monitor.core.drafting.words import STOP
from monitor.core.language.watch.compiler import Entity
from monitor.model.drafts import NameProposal, SourceSentence

MOST: Final = 10
"""Names of a scope; more are a world and no question."""
MOST_SEEN: Final = 300
"""Names that are compared with each other."""
FEW: Final = 5
"""Names up to which those that are told once are taken too."""
_OFFICE: Final = (
    r"(?:(?:Vice|Deputy|Acting|Prime|Foreign|Defen[cs]e|Finance|Interior|Health|Former|US|"
    r"U\.S\.|UN|Supreme|Crown|Chief|"
    r"General|Opposition|Rear|Field|First) )*(?:President|Minister|Leader|Governor|"
    r"Secretary(?: of State| of Defense|-General)?|Chancellor|"
    r"Premier|King|Queen|Prince|Princess|Ambassador|Envoy|Senator|Admiral|General|Colonel|"
    r"Chairman|Chair|Director|"
    r"Mr|Mrs|Ms|Dr|Professor|Speaker|Judge|Commissioner|Mayor|Sheikh|Emir|Ayatollah|Pope)\.?"
)
_WORD: Final = r"(?:[A-Z][\w’'-]*[a-z][\w’'-]*|[A-Z]{2,}(?![a-z])|(?:[A-Z]\.){2,})"
_NAME: Final = re.compile(
    rf"{_WORD}(?:(?: (?:of|de|la|el|al|bin|van|von|the|for|and)(?: the)?)? {_WORD})*"
)
_BEFORE: Final = re.compile(rf"^(?:{_OFFICE} )+")
_DOING: Final = re.compile(r"^[A-Z][a-z]+(?:ing|ions?|ments?|als?|ures?) of (?:the )?")
"""“Shelling of” begins a sentence, and no name."""
_TITLED: Final = re.compile(rf"\b{_OFFICE} (?:of [A-Z]\w+(?: [A-Z]\w+)* )?({_WORD}(?: {_WORD})*)")
_NO_NAME: Final = frozenset(
    (
        "january february march april may june july august september october november "
        "december jan feb mar apr jun "
        "jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday "
        "sunday christmas easter ramadan "
        "confidence high moderate low key judgement judgment judgements judgments "
        "assessment analysis question brief "
        "report basis sources references dear regards best bottom line bluf summary "
        "outlook annex unclassified iso "
        "tlp however recently shortly markets inflation governor president minister "
        "escorts mines cases floods two "
        "against analytical section analyst desk q1 q2 q3 q4 see note figure table part i "
        "ii iii iv inc gdp cpi "
        "north south east west northern southern eastern western capital government "
        "parliament ministry"
    ).split()
)
_TOPIC: Final = re.compile(
    r"^(?:the )?([A-Za-z]{5,}(?: [a-z]{3,})?) (?:in|across|at|among) (?=[A-Z])"
)


@dataclass(slots=True)
class _Seen:
    count: int = 0
    first: Sentence | None = None
    titled: bool = False
    asked: bool = False


def scope(
    sentences: Sequence[Sentence],
    question: str,
    title: Sentence | None,
    judged: Sequence[str],
    entities: Mapping[str, Entity],
    not_names: Sequence[str] = (),
    cited: Sequence[Sentence] = (),
) -> tuple[NameProposal, ...]:
    """The names of the question first, then those most often told.

    `judged`: events of the judgments; `not_names`: texts such as the author, whose names count for
    nothing; `cited`: titles and lines of the references, which only add forms of known names.
    """
    seen = _counted(sentences, question, title, not_names)
    _add_forms(seen, cited)
    asked = (
        question
        + " "
        + " ".join(judged)
        + " "
        + (title.text if title and _sentence_case(title.text) else "")
    )
    for name, each in seen.items():
        each.asked = bool(re.search(rf"(?<!\w){re.escape(name)}", asked))
    _part_persons(seen)
    kept = [name for name, each in seen.items() if each.asked or each.titled or each.count > 1]
    if len(kept) < FEW:
        kept += [name for name in seen if name not in kept][: FEW - len(kept)]
    kept = [name for name in kept if not any(other.startswith(f"{name} of ") for other in seen)]
    kept.sort(key=lambda name: (not seen[name].asked, -seen[name].count))
    found = _grouped(kept, seen, entities)
    topic = _topic(title, sentences)
    return tuple(([topic] if topic else []) + found)[:MOST]


def _counted(
    sentences: Sequence[Sentence], question: str, title: Sentence | None, not_names: Sequence[str]
) -> dict[str, _Seen]:
    seen: dict[str, _Seen] = {}
    titles = [title] if title is not None and _sentence_case(title.text) else []
    asked = [Sentence(question, 0)] if question else []
    texts = [*asked, *titles, *sentences]
    counted = Counter(name for each in texts for name, _ in _names(each.text))
    inside = Counter(name for each in texts for name, start in _names(each.text) if start > 0)
    small = {word for each in texts for word in re.findall(r"\b[a-z]{3,}", each.text)}
    begun = {name for name, count in counted.items() if count > 1 and name.lower() not in small}
    excluded = " ".join(not_names)
    for each in texts:
        titled = {_bare(found[1]) for found in _TITLED.finditer(each.text)}
        for name, start in _names(each.text):
            alone = " " not in name and not name.isupper()
            known = inside[name] or name in begun or _shouted(name)
            if name in excluded or (start == 0 and alone and not known):
                continue
            if name not in seen and len(seen) == MOST_SEEN:
                continue
            one = seen.setdefault(name, _Seen())
            one.count += 1
            one.first = one.first if one.first is not None and one.first.line else each
            one.titled |= name in titled
    return seen


def _part_persons(seen: dict[str, _Seen]) -> None:
    """“North Korea Kim Jong Un” is a country and a person: part them where the first is known."""
    for name in [*seen]:
        for other, known in [*seen.items()]:
            rest = name.removeprefix(f"{other} ")
            parted = rest != name and " " in rest and rest[0].isupper()
            if parted and known.count > 2 and not known.titled:
                one = seen.pop(name)
                one.titled = True
                seen.setdefault(rest, one)
                break


def _add_forms(seen: dict[str, _Seen], cited: Sequence[Sentence]) -> None:
    """Initials and countries that stand in the references and belong to a name of the text."""
    initials = {"".join(word[0] for word in name.split() if word[0].isupper()) for name in seen}
    begun = {name[:6] for name in seen}
    for each in cited:
        for name, _ in _names(each.text):
            short = _shouted(name) and len(name) > 2 and name in initials
            if name not in seen and (
                short or (" " not in name and len(name) > 6 and name[:6] in begun)
            ):
                seen[name] = _Seen(count=2, first=each)


def _shouted(name: str) -> bool:
    return name.isupper() and len(name) > 1


def _sentence_case(text: str) -> bool:
    """Whether capitals tell names: not in a headline that gives one to every word."""
    words = [word for word in re.findall(r"[A-Za-z][\w’'-]+", text)[1:] if word.lower() not in STOP]
    small = sum(word[0].islower() for word in words)
    return not words or small * 5 >= len(words)


def _names(text: str) -> list[tuple[str, int]]:
    """Names in a text and where each begins; 0 for the word that a sentence begins with."""
    found: list[tuple[str, int]] = []
    text = _CITED.sub("", _OFFICE_OF.sub("", text.partition(" | ")[0]))
    text = re.sub(
        r"[“\"][^“”\"]{12,}[”\"]",
        lambda quote: quote[0] if _sentence_case(quote[0]) else " . ",
        text,
    )
    for match in _NAME.finditer(text):
        opening = not re.search(r"\w", text[: match.start()]) or bool(
            re.search(r"[.:;?!“\"]\s*[“\"]?$", text[: match.start()])
        )
        for part in _split(match[0]):
            name = _bare(part)
            if name:
                moved = match[0].index(part) > 0 or name != part
                found.append((name, 0 if opening and not moved else match.start() + 1))
    return found


_CITED: Final = re.compile(r"\([A-Z][\w.’'-]+(?: (?:et al\.?|(?:and|&) [A-Z]\w+))?,? \d{4}[a-z]?\)")
_OFFICE_OF: Final = re.compile(rf"\b{_OFFICE} of (?=[A-Z])(?!State|Defen[cs]e)")


def _split(name: str) -> list[str]:
    """“North Korea and the United States” is two names; “Strait of Zenda” one."""
    return [part for part in re.split(r" (?:and|for)(?: the)? ", name) if part]


def _bare(name: str) -> str:
    """Without offices, possessive endings and words that no name begins with."""
    name = _DOING.sub("", re.sub(r"[’']s?$", "", _BEFORE.sub("", name)))
    words = name.split()
    while words and (
        (words[0].lower() in STOP and not _shouted(words[0])) or re.fullmatch(_OFFICE, words[0])
    ):
        words = words[1:]
    while words and (
        (words[-1].lower() in STOP and not _shouted(words[-1])) or re.fullmatch(_OFFICE, words[-1])
    ):
        words = words[:-1]
    name = _BEFORE.sub("", " ".join(words))
    words = name.split()
    single = len(words) == 1 and (words[0].lower() in _NO_NAME or len(words[0]) < 2)
    dated = any(word.lower() in _NO_NAME and word.lower() in _CALENDAR for word in words)
    return "" if not words or single or dated else name


_CALENDAR: Final = frozenset(
    (
        "january february march april may june july august september october november "
        "december jan feb mar apr jun "
        "jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday"
    ).split()
)


def _grouped(
    names: Sequence[str], seen: Mapping[str, _Seen], entities: Mapping[str, Entity]
) -> list[NameProposal]:
    """Names that mean one thing as one: by entity, as part of a longer name, as its initials."""
    found: dict[str, list[str]] = {}
    entity_of: dict[str, str] = {}
    for name in names:
        entity = _entity(name, entities)
        if entity:
            key = f"entity:{entity}"
            entity_of[key] = entity
        else:
            key = _known_as(name, found)
        found.setdefault(key, []).append(name)
    proposals = []
    for key, group in found.items():
        first = seen[group[0]].first or Sentence("", 0)
        source = SourceSentence(sentence=first.text, line=first.line)
        entity = entity_of.get(key, "")
        text = key if entity else _phrase(group)
        proposals.append(NameProposal(text=text, seen=tuple(group), source=source, entity=entity))
    return proposals


def _phrase(group: Sequence[str]) -> str:
    """The shortest forms: “Trump” finds “Donald Trump” too."""
    least = [
        name
        for name in group
        if not any(other != name and f" {other} " in f" {name} " for other in group)
    ]
    return "|".join(least)


def _entity(name: str, entities: Mapping[str, Entity]) -> str:
    """The entity that a name belongs to, by its own names; weak ones are names of other things."""
    for entity, known in entities.items():
        for phrase in known.names:
            for written in phrase.split("|"):
                plain = written.strip().strip('"').lstrip("=")
                whole = plain.endswith("*") and name.casefold().startswith(plain[:-1].casefold())
                if whole or plain.casefold().replace(".", "") == name.casefold().replace(".", ""):
                    return entity
    return ""


def _known_as(name: str, found: Mapping[str, Sequence[str]]) -> str:
    """The key under which a name is kept: a longer name that ends with it, or its country."""
    for key in found:
        words = key.split()
        if name != key and len(words) > 1 and words[-1] == name and len(words) <= 3:
            return key
        root = _root(name)
        if root and root == _root(key):
            return key
    return name


def _root(name: str) -> str:
    """What a country and its people have in common: “Ruritania” of “Ruritanian”."""
    if " " in name or len(name) < 6:
        return ""
    return re.sub(
        r"(?:ians?|ns|n|ese|i|is)$", lambda end: "ia" if end[0].startswith("ia") else "", name
    )


def _topic(title: Sentence | None, sentences: Sequence[Sentence]) -> NameProposal | None:
    """What the title puts before its place: “Cholera in Northern Graustark”."""
    found = _TOPIC.match(title.text) if title is not None else None
    if found is None or title is None:
        return None
    word = found[1].lower()
    told = sum(word in each.text.lower() for each in sentences)
    if word.split()[0] in STOP or word in _NO_NAME or not told:
        return None
    source = SourceSentence(sentence=title.text, line=title.line)
    return NameProposal(text=word, seen=(word,), source=source)

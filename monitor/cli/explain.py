"""`monitor explain`: why something counts, or does not, from fetch to flag."""

from typing import Any

import click
from rich.text import Text

from monitor.cli.output import as_json, console, printable, say, typed, when
from monitor.cli.prepare import prepare
from monitor.core.language.clause import Clause, NearMiss
from monitor.core.language.match.matcher import Explanation
from monitor.core.language.watch.compiler import RuleRole
from monitor.daemon import jobs
from monitor.model.entries import DateTrust, Entry
from monitor.model.matches import Span
from monitor.model.numbers import plural, signed
from monitor.runtime import plan
from monitor.runtime.database import open_database
from monitor.triage import explain as triage_explain
from monitor.triage import flag_view
from monitor.triage.explain import Trace

HIT = "bold black on yellow"
AGAINST = "bold white on red"

_UNDATED = {
    DateTrust.ABSENT: "it has no date that can be read",
    DateTrust.FUTURE: "its own date is more than a day in the future",
    DateTrust.ANCIENT: "its own date is before 1995",
    DateTrust.NAIVE: "its own date names no time zone and the feed has none in feeds.yaml",
    DateTrust.REUSED: "its own date is that of the text it took over from",
}


@click.command()
@click.argument("asked", nargs=-1, required=True, metavar="ID|URL|TEXT")
@click.option("--json", "json_", is_flag=True, help="Print as JSON, a value for each entry.")
def explain(asked: tuple[str, ...], json_: bool) -> None:
    """Explain a stored entry, named by id or link, or any headline.

    Shows what hit and where, what spoke against it, and for a stored entry its story, evidence and
    flags.
    """
    settings = prepare(quiet=True)
    rules = plan.load_plan(settings.config_dir).rules
    now = jobs.SystemClock().now()
    with open_database(settings) as database:
        traces = database.read_now(
            lambda conn: triage_explain.explain(conn, typed(" ".join(asked)), rules, now)
        )
    if json_:
        as_json([_json(trace) for trace in traces])
        return
    for number, trace in enumerate(traces):
        if number:
            say()
        _show(trace)


def _json(trace: Trace) -> dict[str, Any]:
    entry = trace.entry
    found = {
        "title": entry.title,
        "summary": entry.summary,
        "hits": [
            _hit_json(hit, entry)
            | ({"verdict": _verdict(hit)} if hit.role is RuleRole.INDICATOR else {})
            for hit in trace.hits
        ],
        "near_misses": [
            _hit_json(miss, entry) | {"reason": miss.reason} for miss in trace.near_misses
        ],
        "stored": trace.stored,
    }
    return found | _stored_json(trace) if trace.stored else found


def _hit_json(hit: Explanation | NearMiss, entry: Entry) -> dict[str, Any]:
    return {
        "question": hit.question,
        "role": hit.role.value,
        "indicator": hit.indicator,
        "direction": hit.direction.value,
        "phrase": _line(hit.phrase),
        "words": _found_words(entry, hit.spans),
    }


def _stored_json(trace: Trace) -> dict[str, Any]:
    entry, story, link = trace.entry, trace.story, trace.link
    return {
        "id": entry.id,
        "feed": entry.feed_id,
        "outlet": entry.outlet,
        "link": entry.link,
        "seen_at": entry.seen_at.isoformat(),
        "published_at": entry.published_at.isoformat(),
        "date_trust": entry.date_trust.value,
        "alerts": entry.alerts,
        "supersedes": entry.supersedes,
        "revisions": [
            {"number": number, "title": title, "summary": summary, "seen_at": at.isoformat()}
            for number, title, summary, at in trace.revisions
        ],
        "story": {
            "id": story.id,
            "title": story.title,
            "entries": len(story.members),
            "outlets": list(story.outlets),
            "started_at": story.started_at.isoformat(),
            "relation": link.relation.value,
            "rule": link.rule,
            "score": link.score,
            "reason": link.reason,
        }
        if story and link
        else None,
        "evidence": [flag_view.evidence_json(row) for row in trace.evidence],
        "flags": [
            {"id": flag.id, "brief": flag.brief, "state": flag.state.value} for flag in trace.flags
        ],
    }


def _show(trace: Trace) -> None:
    entry = trace.entry
    for name, text in (("title", entry.title), ("summary", entry.summary)):
        if text:
            console().print(_marked(text, name, trace))
    if trace.stored:
        _show_fetch(trace)
    _show_hits(trace)
    _show_near_misses(trace)
    if trace.stored:
        _show_story(trace)
        _show_evidence(trace)


def _marked(text: str, field: str, trace: Trace) -> Text:
    """The text with what hit, and in another colour what excluded."""
    marked = Text(printable(text))
    if len(marked.plain) == len(text):
        hits = [span for hit in trace.hits for span in hit.spans]
        ignored = [span for hit in trace.hits if hit.role is RuleRole.IGNORE for span in hit.spans]
        missed = [span for miss in trace.near_misses for span in miss.spans]
        for style, spans in ((HIT, hits), (AGAINST, (*ignored, *missed))):
            for span in spans:
                if span.field == field:
                    marked.stylize(style, span.start, span.end)
    return marked


def _show_fetch(trace: Trace) -> None:
    entry = trace.entry
    say(f"  entry {entry.id}, {entry.outlet}, feed {entry.feed_id}, {entry.link or 'no link'}")
    say(f"  first seen {when(entry.seen_at)}, {_dated(entry)}")
    if not entry.alerts:
        say("  never alerts: on the feed's first poll, or 7 days old when found; no news since")
    if entry.supersedes:
        say(f"  another development under the guid of entry {entry.supersedes}, on its own since")
    for number, title, _, seen_at in trace.revisions[:-1]:
        say(f"  revision {number}, {when(seen_at)}: {title}")


def _dated(entry: Entry) -> str:
    why = _UNDATED.get(entry.date_trust)
    return f"{why}, so first seen is used" if why else f"published {when(entry.published_at)}"


def _show_hits(trace: Trace) -> None:
    if not trace.hits and not trace.near_misses:
        say("  hits nothing in the watchlist")
    for hit, clauses, deeds in zip(trace.hits, trace.clauses, trace.deeds, strict=True):
        what = f"  {hit.question} · {_what(hit)} by “{_line(hit.phrase)}”"
        say(f"{what}: {_words(trace.entry, hit.spans)}" if len(clauses) == 1 else what)
        if len(clauses) > 1:
            _show_clauses(trace.entry, clauses)
        for reading in deeds:
            say(f"      {reading}")
        for written, forms in dict.fromkeys(hit.expansion):
            if len(forms) > 1:
                say(f"      {written} stands for {', '.join(forms[:12])}")
        if hit.role is RuleRole.INDICATOR:
            say(f"      {_verdict(hit)}")


def _show_clauses(entry: Entry, clauses: tuple[Clause, ...]) -> None:
    for clause in clauses:
        found = _words(entry, clause.spans) if clause.spans else "absent"
        say(f"      {clause.text}: {found}")


def _show_near_misses(trace: Trace) -> None:
    for miss in trace.near_misses:
        say(f"  {miss.question} · {_what(miss)} by “{_line(miss.phrase)}”")
        say(f"      does not hit: {miss.reason}")


def _line(phrase: str) -> str:
    return " ".join(phrase.split())


def _what(hit: Explanation | NearMiss) -> str:
    if hit.role is RuleRole.INDICATOR:
        return f"{hit.indicator} ({hit.direction.value})"
    return "in scope" if hit.role is RuleRole.ABOUT else "ignored"


def _words(entry: Entry, spans: tuple[Span, ...]) -> str:
    return ", ".join(f"“{words}”" for words in _found_words(entry, spans))


def _found_words(entry: Entry, spans: tuple[Span, ...]) -> list[str]:
    """The words that hit, as they stand in the text."""
    texts = {"title": entry.title, "summary": entry.summary}
    return list(dict.fromkeys(texts[span.field][span.start : span.end] for span in spans))


def _verdict(hit: Explanation) -> str:
    if not hit.in_scope:
        return "does not count: outside the question's scope (about)"
    if hit.veto:
        return f"does not count: {hit.veto}"
    if hit.hedge:
        return f"counts half and never trips a wire: hedged by “{hit.hedge}”"
    return "counts"


def _show_story(trace: Trace) -> None:
    if trace.link is None or trace.story is None:
        say("  in no story: out of every question's scope")
        return
    link, story = trace.link, trace.story
    say(f"  story {story.id}: “{story.title}”")
    say(f"      {link.relation.value} by rule “{link.rule}”, score {link.score:.0f}: {link.reason}")
    say(
        f"      {plural(len(story.members), 'entry', 'entries')} at {', '.join(story.outlets)}, "
        f"since {when(story.started_at)}"
    )
    if trace.standing:
        stands = trace.standing
        say(f"      {stands.label}, credibility {stands.digit}: {stands.reason}")


def _show_evidence(trace: Trace) -> None:
    for row in trace.evidence:
        say(
            f"  evidence {signed(row.points)} for {row.judgment} by {row.indicator} "
            f"(weight {row.weight}, credit {row.credit:.2f}, before it {row.prior_credit:.2f}; "
            f"{row.stands.line})"
        )
    for flag in trace.flags:
        say(f"  behind flag {flag.id} on {flag.brief} ({flag.state.value})")

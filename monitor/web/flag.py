"""Pages of flags: one flag with all that is behind it, the list of all, and answering them."""

from collections.abc import Mapping
from dataclasses import replace

from starlette.responses import Response

from monitor.access import accounts as access_accounts
from monitor.access.accounts import Actor, SignedLink
from monitor.errors import NotFoundError
from monitor.model.access import Via
from monitor.store import flags as store_flags
from monitor.triage import answers, decisions, flag_view
from monitor.triage import undo as triage_undo
from monitor.triage.answers import Given
from monitor.web.ask import Ask, see
from monitor.web.correct import done

ON_A_PAGE = 50

ASKING = {
    answers.NOISE: "Say that this flag should not have been raised?",
    answers.WITHDRAW: "Withdraw the judgment that this flag is about?",
}
"""Answers that say more than that somebody looked: they are asked for once more."""


async def listing(ask: Ask) -> Response:
    """Every flag there ever was, the newest first."""
    before = ask.number("before") or None
    found = await ask.look(lambda conn: store_flags.page(conn, before=before, limit=ON_A_PAGE + 1))
    more = found[ON_A_PAGE - 1].id if len(found) > ON_A_PAGE else None
    return ask.page("flags.html.j2", flags=found[:ON_A_PAGE], more=more, before=before)


async def show(ask: Ask) -> Response:
    number = ask.request.path_params["number"]
    questions = ask.app.plan.rules.questions
    view = await ask.look(lambda conn: flag_view.read(conn, number, questions, ask.now))
    queue = await ask.look(store_flags.ranked)
    undoable = await ask.look(lambda conn: triage_undo.last(conn, answers.subject(number)))
    reviewing = ask.text("review") == "1"
    return ask.page(
        "flag.html.j2",
        view=view,
        queue=_queue(queue, number),
        reviewing=reviewing,
        asked=ask.text("answer", 20),
        done=await done(ask),
        answers=answers.ANSWERS,
        asking=ASKING,
        undoable=undoable,
        indicators=decisions.indicators(view.flag),
    )


def _queue(ranked: tuple[int, ...], number: int) -> dict[str, int | None]:
    """Where a flag is among those that want an answer, and its neighbours there."""
    place = ranked.index(number) if number in ranked else -1
    after = ranked[place + 1] if place + 1 < len(ranked) else None
    before = ranked[place - 1] if place > 0 else None
    return {"place": place + 1, "count": len(ranked), "before": before, "after": after}


async def answer(ask: Ask) -> Response:
    number = ask.request.path_params["number"]
    fields = await ask.form()
    given = _given(fields)
    ranked = await ask.look(store_flags.ranked)
    decided = await ask.act(
        lambda conn: answers.decide(conn, number, given, actor=ask.actor, now=ask.now)
    )
    if fields.get("review") != "1":
        return see(f"/flags/{number}", done=decided.deed)
    after = _queue(ranked, number)["after"]
    if after is None:
        return see("/", done=decided.deed)
    return see(f"/flags/{after}", review=1, done=decided.deed)


def _given(fields: Mapping[str, str]) -> Given:
    days = fields.get("days", "7")
    return Given(
        answer=fields.get("answer", ""),
        note=fields.get("note", "").strip(),
        indicator=fields.get("indicator", ""),
        likelihood=fields.get("likelihood", "").strip(),
        days=int(days) if days.isdecimal() and len(days) < 5 else 0,
    )


async def review(ask: Ask) -> Response:
    """One flag at a time, the most pressing first."""
    ranked = await ask.look(store_flags.ranked)
    return see(f"/flags/{ranked[0]}", review=1) if ranked else see("/")


# links in mails: a GET shows, a POST acts


async def confirm_link(ask: Ask) -> Response:
    """What the link would do, and a button. Mail scanners follow links; they press no buttons."""
    link = _link(ask)
    flag = await ask.look(lambda conn: store_flags.get(conn, link.flag_id))
    if flag is None:
        raise NotFoundError(f"there is no flag {link.flag_id} any more")
    keys = {reason.judgment for reason in flag.reasons}
    questions = ask.app.plan.rules.questions
    judged = [each for question in questions for each in question.judgments if each.key in keys]
    indicators = decisions.indicators(flag)
    return ask.page("confirm.html.j2", flag=flag, link=link, indicators=indicators, judged=judged)


async def use_link(ask: Ask) -> Response:
    link = _link(ask)
    given = replace(_given(await ask.form()), answer=link.answer)
    actor = Actor(name=link.recipient, via=Via.MAIL, address=ask.address)
    decided = await ask.act(
        lambda conn: answers.decide(conn, link.flag_id, given, actor=actor, now=ask.now)
    )
    return ask.page("confirmed.html.j2", flag=decided.flag, link=link)


def _link(ask: Ask) -> SignedLink:
    return access_accounts.read_link(ask.site.key, ask.request.path_params["link"], now=ask.now)

"""Trigger e: an article that the brief cites was corrected, withdrawn, reversed, or says otherwise.

What counts as a change is `core.judging.citation`'s. What the article said is kept beside the flag,
not in evidence: the reason's sentence is stored whole, and there are no rows to recount.
"""

from collections.abc import Iterable, Sequence

from monitor.core.judging.trigger.case import ChangedArticle, OnArticle, Recount, Rest, Trigger
from monitor.model.clock import ReaderClock
from monitor.model.flags import Evidence, FlagKind, Reason
from monitor.model.questions import Direction


def fire(article: ChangedArticle) -> Iterable[Reason]:
    """Each change once; `about` names the revision."""
    after = article.change.after
    yield Reason(
        kind=FlagKind.CITATION,
        judgment=article.brief.judgments[0].key,
        about=f"{after.citation}#{after.entry_id}.{after.revision}",
        direction=Direction.NONE,
        text=article.change.text,
        numbers=(("revision", float(after.revision)),),
        evidence=(),
        interrupts=True,
        raised_at=article.now,
        rules=article.rules,
    )


def sentence(reason: Reason, clock: ReaderClock) -> str:  # noqa: ARG001  # one shape for every kind
    return f"A cited article changed ({reason.about})"


def recount(_: Reason, __: Sequence[Evidence]) -> Recount:
    return Recount(numbers={})


TRIGGER = Trigger(
    kind=FlagKind.CITATION,
    name="a cited article changed",
    fires=(OnArticle(fire),),
    sentence=sentence,
    recount=recount,
    without_rows=True,
    rest=Rest.NOTHING,
)

"""Writes what happened to the log, by the stable names that docs/running.md lists."""

from datetime import datetime

import structlog

from monitor.core.judging.trigger import texts
from monitor.model.clock import UTC_CLOCK
from monitor.model.deliveries import Delivery, DeliveryState
from monitor.model.flags import Reason
from monitor.polling.settle import Poll

log = structlog.get_logger("monitor")


def polled(result: Poll) -> None:
    """What a poll came to, and what is to be told of its feed."""
    record = result.record
    for notice in result.notices:
        log.warning("feed.changed", feed=notice.feed_id or "all", kind=notice.kind.value,
                    health=notice.after.value, text=notice.text)  # fmt: skip
    if result.error is not None:
        log.warning(
            "feed.failed",
            feed=result.feed.id,
            code=result.error.code,
            error=str(result.error),
            failures=record.fail_count,
            next="not polled any more" if record.gone else _at(record.next_poll_at),
        )
        return
    log.info(
        "feed.polled",
        feed=result.feed.id,
        status=record.status,
        new=record.new,
        revised=record.revised,
        unchanged=record.unchanged,
    )
    for warning in result.warnings:
        log.warning("feed.warned", feed=result.feed.id, warning=warning)
    for raised in result.outcome.raised if result.outcome else ():
        flagged(raised.reason)


def flagged(reason: Reason) -> None:
    """A judgment may need another look."""
    log.warning(
        "judgment.flagged",
        judgment=reason.judgment,
        kind=reason.kind.value,
        reason=texts.sentence(reason, UTC_CLOCK),
        held=texts.held(reason, UTC_CLOCK) or None,
    )


def delivered(row: Delivery) -> None:
    """What became of a message that was tried."""
    facts = {"key": row.key, "channel": row.channel, "attempt": row.attempts}
    match row.state:
        case DeliveryState.SENT:
            log.info("delivery.sent", **facts)
        case DeliveryState.DEAD:
            log.error("delivery.dead", **facts, error=row.error, next="not tried again")
        case DeliveryState.HELD:
            log.error("delivery.held", **facts, error=row.error, next="a person decides")
        case _:
            log.warning("delivery.failed", **facts, error=row.error, next=_at(row.next_at))


def _at(at: datetime) -> str:
    return f"tried again at {at:%Y-%m-%d %H:%M:%S} UTC"

"""Turns an outgoing message into a post by a Slack app's bot, in the day's thread of its judgment.

A bot can look up what became of a post whose answer was lost: each carries its delivery's key as
metadata. Must never try twice by itself (slack_sdk would, after a lost answer, and post twice) or
put the token into a message or a log.
"""

import http.client
import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final
from urllib.error import URLError

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.models.blocks import ActionsBlock, ButtonElement, PlainTextObject
from slack_sdk.web import SlackResponse, WebClient

from monitor.deliver import exchange
from monitor.deliver.channels.slack.webhook import body
from monitor.deliver.exchange import WHOLE, OverdueError, pause, within
from monitor.deliver.inert import clean
from monitor.errors import DeliveryError
from monitor.model.deliveries import Outgoing

API: Final = "https://slack.com/api/"
EVENT: Final = "signpost_delivery"

# Slack's words (docs.slack.dev, chat.postMessage, "Errors") and what to do about them.
_ADVICE: Final = {
    "channel_not_found": "check channel: in delivery.yaml, and invite the app to a private channel",
    "not_in_channel": "invite the app to the channel",
    "is_archived": "the channel is archived; name another one in delivery.yaml",
    "invalid_auth": "the token is wrong; copy it again",
    "not_authed": "the token is empty",
    "account_inactive": "the app was removed from the workspace; install it again",
    "token_revoked": "the token was revoked; make a new one",
    "token_expired": "the token has expired; make a new one",
    "missing_scope": "give the app the scope chat:write and install it again",
    "restricted_action": "an administrator of the workspace forbids it",
}
# “It’s possible some aspect of the operation succeeded before the error was raised”, Slack says.
_DOUBTFUL: Final = frozenset({"fatal_error", "internal_error", "request_timeout"})
_LATER: Final = frozenset({"ratelimited", "rate_limited", "service_unavailable"})
_UNAVAILABLE: Final = 503
_WORD: Final = re.compile("[a-z0-9_]+")  # anything else was not said by Slack, but by a proxy

_MOST_PAGES: Final = 10
_SLACK_CLOCK: Final = timedelta(seconds=60)  # how far Slack's clock may be behind ours

# What a person may answer to a flag: the action, its words, and whether it is the main one.
ANSWERS: Final = (
    ("stands", "Stands", True),
    ("revised", "Revise…", False),
    ("acknowledged", "Acknowledge", False),
    ("noise", "Noise", False),
    ("snooze", "Snooze 7 d", False),
)
FLAG: Final = "flag-"
"""How the id of a block begins that belongs to a flag; its number follows."""


class SlackBotChannel:
    """One Slack channel, by a bot."""

    def __init__(
        self,
        name: str,
        *,
        room: str,
        token: str,
        api: str = API,
        buttons: bool = False,
        hold: bool = False,
        timeout: float = 20,
        whole: float = 2 * WHOLE,
    ) -> None:
        """`room`: the id of a Slack channel. `buttons`: answers to flags are offered below them.

        `hold`: without a look at the channel nothing is posted that may have arrived before.
        """
        self.name = name
        self._room = room
        self._hold = hold
        self._buttons = buttons
        self._token = token.strip()
        self._whole = whole
        # slack_sdk logs messages at DEBUG; a logger that is never enabled keeps them out.
        muted = logging.Logger(name, logging.CRITICAL + 1)  # noqa: LOG001  # must inherit nothing
        self._client = WebClient(
            self._token, base_url=api, timeout=int(timeout), retry_handlers=[], logger=muted
        )

    def send(self, outgoing: Outgoing) -> str:
        """Post it and return “channel/time stamp”. Raises DeliveryError."""
        try:
            return within(self._whole, lambda: self._send(outgoing))
        except OverdueError as exc:
            raise DeliveryError(
                f"Slack: {exc}; the message may have been posted",
                retryable=True,
                unknown_outcome=True,
                channel_wide=True,
            ) from None

    def _send(self, outgoing: Outgoing) -> str:
        parent = outgoing.parent.rpartition("/")[2]
        if outgoing.in_doubt:
            found = self._look_up(outgoing, parent)
            if found:
                return f"{self._room}/{found}"
        post = self._body(outgoing)
        if parent and not self._update(parent, post):
            parent = ""  # somebody deleted it: this one opens the thread anew
        answer = self._asked(
            lambda: self._client.chat_postMessage(
                channel=self._room,
                thread_ts=parent or None,
                metadata={"event_type": EVENT, "event_payload": {"delivery": outgoing.key}},
                **post,
            ),
            posts=True,
        )
        return f"{self._room}/{answer['ts']}"

    def _body(self, outgoing: Outgoing) -> dict[str, Any]:
        post = body(outgoing)
        if self._buttons:
            post["blocks"] = list(with_answers(post["blocks"]))
        return post

    def _update(self, parent: str, post: dict[str, Any]) -> bool:
        """Bring the day's first message up to date; False if it is gone. Safe to repeat."""
        facts = {key: post[key] for key in ("text", "blocks")}
        try:
            self._asked(
                lambda: self._client.chat_update(channel=self._room, ts=parent, **facts),
                posts=False,
            )
        except _RefusedError as refused:
            # An old parent that may not be edited any more still holds its thread together.
            return refused.word != "message_not_found"
        return True

    def _look_up(self, outgoing: Outgoing, parent: str) -> str:
        """The time stamp of an attempt that arrived after all, or "". Raises DeliveryError."""
        try:
            for message in self._since(outgoing, parent):
                payload = (message.get("metadata") or {}).get("event_payload") or {}
                if payload.get("delivery") == outgoing.key:
                    return str(message["ts"])
        except DeliveryError as error:
            if self._hold:
                raise DeliveryError(
                    f"it may have been posted, and the channel cannot be read to see: {error}",
                    retryable=True,
                    unknown_outcome=True,
                    retry_after=error.retry_after,
                ) from error
        return ""

    def _since(self, outgoing: Outgoing, parent: str) -> Iterator[dict[str, Any]]:
        facts: dict[str, Any] = {
            "channel": self._room,
            "oldest": f"{(outgoing.queued_at - _SLACK_CLOCK).timestamp():.6f}",
            "include_all_metadata": True,
            "limit": 200,
        }
        cursor = ""
        for _ in range(_MOST_PAGES):
            page = self._asked(lambda: self._page({**facts, "cursor": cursor}, parent), posts=False)  # noqa: B023  # called at once
            yield from page.get("messages") or ()
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def _page(self, facts: dict[str, Any], parent: str) -> SlackResponse:
        if parent:
            return self._client.conversations_replies(ts=parent, **facts)
        return self._client.conversations_history(**facts)

    def _asked(self, call: Callable[[], SlackResponse], *, posts: bool) -> SlackResponse:
        """The answer to one call. Raises DeliveryError; `posts`: losing it leaves a doubt."""
        try:
            return call()
        except SlackApiError as exc:
            raise self._refused(exc.response, posts=posts) from None  # its cause holds the token
        except URLError as exc:
            # Raised while connecting or sending: Slack has not got the whole request.
            raise DeliveryError(
                f"Slack cannot be reached ({self._told(exc.reason)})",
                retryable=True,
                channel_wide=True,
            ) from None
        except (http.client.HTTPException, OSError, ValueError, SlackClientError) as exc:
            raise DeliveryError(
                f"Slack's answer was lost ({self._told(exc) or type(exc).__name__})"
                + ("; the message may have been posted" if posts else ""),
                retryable=True,
                unknown_outcome=posts,
                channel_wide=True,
            ) from None

    def _refused(self, response: Any, *, posts: bool) -> DeliveryError:
        facts = response if isinstance(response, dict) else response.data
        status = int(getattr(response, "status_code", 0) or 0)
        word = self._told(facts.get("error", "") if isinstance(facts, dict) else "")
        if status == 429 or word in _LATER:
            header = dict(getattr(response, "headers", {}) or {}).get("Retry-After")
            return DeliveryError(
                "Slack asks to slow down (429)" if status == 429 else f"Slack says {word}",
                retryable=True,
                channel_wide=True,
                retry_after=pause(header if isinstance(header, str) else None),
            )
        if status >= 500 or word in _DOUBTFUL or not _WORD.fullmatch(word):
            return DeliveryError(
                f"Slack failed with {status} {word}".rstrip(),
                retryable=True,
                channel_wide=True,
                unknown_outcome=posts and status != _UNAVAILABLE,
            )
        advice = f": {_ADVICE[word]}" if word in _ADVICE else ""
        return _RefusedError(f"Slack refused the message ({word or status}){advice}", word)

    def _told(self, problem: object) -> str:
        return clean(
            exchange.without(str(problem).replace(self._token, "[token]"), self._token), 120
        )


class _RefusedError(DeliveryError):
    """Slack will not do it; `word` says why."""

    def __init__(self, message: str, word: str) -> None:
        self.word = word
        super().__init__(message, retryable=False)


def with_answers(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The blocks, with buttons after each that ends a flag."""
    for block in blocks:
        yield block
        number = str(block.get("block_id", "")).removeprefix(FLAG)
        if number.isdecimal():
            buttons = [
                ButtonElement(
                    text=PlainTextObject(text=words, emoji=False),
                    action_id=answer,
                    value=number,
                    style="primary" if main else None,
                )
                for answer, words, main in ANSWERS
            ]
            yield ActionsBlock(block_id=f"answer-{number}", elements=list(buttons)).to_dict()

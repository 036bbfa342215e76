"""Turns an outgoing message into one post to a Slack incoming webhook.

The webhook's address is a secret: whoever has it can post. Must never try twice (slack_sdk would,
after a lost answer, and post twice) or put the address into a message or a log.
"""

import http.client
import json
import logging
import re
from typing import Any, Final
from urllib.error import URLError
from urllib.parse import urlsplit

from slack_sdk.models.blocks import ContextBlock, PlainTextObject
from slack_sdk.webhook import WebhookClient, WebhookResponse

from monitor.deliver import exchange
from monitor.deliver.exchange import WHOLE, pause, within
from monitor.deliver.inert import clean
from monitor.errors import DeliveryError, SettingsError
from monitor.model.deliveries import Outgoing

# Slack's words (docs.slack.dev, incoming webhooks, "Handling errors") and what to do about them.
_ADVICE: Final = {
    "no_service": "the webhook was removed; make a new one",
    "no_service_id": "the webhook's address is incomplete; copy it again",
    "no_team": "the webhook's workspace is gone; make a new one",
    "team_disabled": "the webhook's workspace is gone; make a new one",
    "invalid_token": "the webhook's address is wrong or was revoked; make a new one",
    "channel_not_found": "the webhook's channel is gone; make a new one",
    "channel_is_archived": "the webhook's channel is archived; make a new one",
    "action_prohibited": "an administrator of the workspace forbids it",
    "posting_to_general_channel_denied": "only administrators may post to that channel",
}
_UNAVAILABLE: Final = 503  # the one failure that says that nothing was done


class SlackWebhookChannel:
    """One Slack channel, by its incoming webhook."""

    def __init__(
        self, name: str, *, webhook: str, timeout: float = 20, whole: float = WHOLE
    ) -> None:
        """Raises SettingsError, without the address, if `webhook` is no http(s) address."""
        self.name = name
        self._webhook = webhook.strip()
        self._whole = whole
        if not _is_address(self._webhook):
            raise SettingsError(f"channel “{name}”: the Slack webhook is not an https address")
        # slack_sdk logs the address at DEBUG; a logger that is never enabled keeps it out.
        muted = logging.Logger(name, logging.CRITICAL + 1)  # noqa: LOG001  # must inherit nothing
        self._client = WebhookClient(
            self._webhook, timeout=int(timeout), retry_handlers=[], logger=muted
        )

    def send(self, outgoing: Outgoing) -> str:
        """Post it and return Slack's id of the request, or the row's key. Raises DeliveryError."""
        try:
            response = within(self._whole, lambda: self._client.send_dict(body(outgoing)))
        except URLError as exc:
            # Raised while connecting or sending: Slack has not got the whole request.
            raise DeliveryError(
                f"Slack cannot be reached ({self._told(exc.reason)})",
                retryable=True,
                channel_wide=True,
            ) from exc
        except (http.client.HTTPException, OSError, ValueError, LookupError) as exc:
            raise DeliveryError(
                f"Slack's answer was lost ({self._told(exc) or type(exc).__name__}); "
                "the message may have been posted",
                retryable=True,
                unknown_outcome=True,
            ) from exc
        self._check(response)
        return str(response.headers.get("x-slack-unique-id") or outgoing.key)

    def _check(self, response: WebhookResponse) -> None:
        status = response.status_code
        word = self._told(_error_word(response.body))
        if status == 200 and word == "ok":
            return
        if status == 429:
            raise DeliveryError(
                "Slack asks to slow down (429)",
                retryable=True,
                channel_wide=True,
                retry_after=pause(response.headers.get("Retry-After")),
            )
        if status >= 500:
            raise DeliveryError(
                f"Slack failed with {status} {word}".rstrip(),
                retryable=True,
                channel_wide=True,
                unknown_outcome=status != _UNAVAILABLE,
            )
        advice = f": {_ADVICE[word]}" if word in _ADVICE else ""
        raise DeliveryError(f"Slack refused the message ({status} {word}){advice}", retryable=False)

    def _told(self, problem: object) -> str:
        path = urlsplit(self._webhook).path
        said = str(problem).replace(self._webhook, "[webhook]")
        return clean(exchange.without(said, path.strip("/"), path.rpartition("/")[2]), 120)


def body(outgoing: Outgoing) -> dict[str, Any]:
    """What is posted, by a webhook or by a bot."""
    blocks = list(outgoing.message.blocks)
    if outgoing.in_doubt:
        mark = f"Attempt {outgoing.attempt}: if you see this digest twice, it is the same one."
        text = PlainTextObject(text=mark, emoji=False)
        blocks.append(ContextBlock(elements=[text]).to_dict())
    return {
        "text": escape(outgoing.message.summary),
        "mrkdwn": False,
        "blocks": blocks,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def escape(text: str) -> str:
    """The text with the three characters that Slack gives a meaning written as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _is_address(webhook: str) -> bool:
    if not re.fullmatch(r"[!-~]+", webhook):
        return False
    try:
        parts = urlsplit(webhook)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _error_word(body: str) -> str:
    """Webhooks answer one word; some gateways answer as the Web API does, in JSON."""
    try:
        answer = json.loads(body)
    except ValueError:
        return body
    if isinstance(answer, dict):
        return "ok" if answer.get("ok") is True else str(answer.get("error", ""))
    return str(answer)

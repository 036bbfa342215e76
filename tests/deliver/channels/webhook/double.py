"""A receiver of posts, which a program of one's own may be."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.deliver.channels.webhook.channel import WebhookChannel
from tests.deliver.receivers import HIDDEN, SHORT, Fault, Form, Rig, nothing, trickling
from tests.deliver.slack_server import Answer, slack_server

ANSWERS = {Fault.NONE: Answer(), Fault.REFUSES: Answer(403), Fault.LOSES: Answer(lost=True)}


@contextmanager
def receiver(_folder: Path, fault: Fault) -> Iterator[Rig]:
    if fault is Fault.STALLS:
        with trickling() as port:
            url = f"http://127.0.0.1:{port}/"
            channel = WebhookChannel("hook", url=url, key=HIDDEN, whole=SHORT)
            yield Rig(channel=channel, arrived=nothing, read=list)
        return
    with slack_server(ANSWERS[fault]) as server:

        def read() -> list[Form]:
            [post] = server.posts
            return [("line", post["subject"]), ("text", post["text"]), ("html", post["html"])]

        yield Rig(
            channel=WebhookChannel("hook", url=server.webhook, key=HIDDEN),
            arrived=lambda: len(server.posts) if fault is not Fault.REFUSES else 0,
            read=read,
        )


WAYS = {"receiver": receiver}

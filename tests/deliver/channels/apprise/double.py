"""A service that Apprise posts JSON to."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.deliver.channels.apprise.channel import AppriseChannel
from tests.deliver.receivers import HIDDEN, SHORT, Fault, Form, Rig, nothing, trickling
from tests.deliver.slack_server import Answer, slack_server

ANSWERS = {Fault.NONE: Answer(), Fault.REFUSES: Answer(403), Fault.LOSES: Answer(lost=True)}


@contextmanager
def service(_folder: Path, fault: Fault) -> Iterator[Rig]:
    if fault is Fault.STALLS:
        with trickling() as port:
            target = f"json://127.0.0.1:{port}/{HIDDEN}"
            channel = AppriseChannel("chat", target=target, whole=SHORT)
            yield Rig(channel=channel, arrived=nothing, read=list)
        return
    with slack_server(ANSWERS[fault]) as server:

        def read() -> list[Form]:
            [post] = server.posts
            return [("line", post["title"]), ("text", post["message"])]

        yield Rig(
            channel=AppriseChannel("chat", target=f"json://127.0.0.1:{server.port}/{HIDDEN}"),
            arrived=lambda: len(server.posts) if fault is not Fault.REFUSES else 0,
            read=read,
        )


WAYS = {"service": service}

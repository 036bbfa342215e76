"""Turns an outgoing message into the mail for one recipient.

The same row gives the same bytes on every attempt, but for X-Monitor-Attempt where one before it
may have arrived, so a mail server or a reader can recognise a second copy.
"""

from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from hashlib import sha256

from monitor.deliver.inert import clean
from monitor.model.deliveries import Outgoing


def compose(outgoing: Outgoing, *, sender: str, unsubscribe: str = "") -> EmailMessage:
    """The mail, every header and boundary of it a function of the outbox row.

    `unsubscribe` is an https or mailto address of the operator's; without it the page takes the
    wish by one click, and without a page a mail to the sender does.
    """
    domain = parseaddr(sender)[1].rpartition("@")[2]
    message = EmailMessage()
    message["From"] = sender
    message["To"] = outgoing.recipient
    message["Subject"] = clean(outgoing.message.subject)
    message["Date"] = format_datetime(outgoing.queued_at)
    message["Message-ID"] = f"<{outgoing.key}@{domain}>"
    if outgoing.message.thread:
        # The same in every mail on this question, whatever the day: readers make one thread of it.
        question = outgoing.message.thread.partition(" ")[2].partition("/")[0]
        message["References"] = f"<{_token(question)}.thread@{domain}>"
    message["List-Id"] = f"Signpost digests <signpost.{domain}>"
    own = f"mailto:{parseaddr(sender)[1]}?subject=unsubscribe"
    message["List-Unsubscribe"] = f"<{unsubscribe or outgoing.unsubscribe or own}>"
    if outgoing.unsubscribe.startswith("https://") and not unsubscribe:
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies to it
    if outgoing.in_doubt:
        message["X-Monitor-Attempt"] = str(outgoing.attempt)
    message.set_content(outgoing.message.text)
    message.add_alternative(outgoing.message.html, subtype="html")
    if outgoing.message.pictures:
        _add_pictures(message, outgoing)
    message.set_boundary(f"=_{_token(outgoing.key)}")  # the library's own would be random
    return message


def _add_pictures(message: EmailMessage, outgoing: Outgoing) -> None:
    html = message.get_body(("html",))
    if not isinstance(html, EmailMessage):
        return
    for picture in outgoing.message.pictures:
        html.add_related(
            picture.png,
            maintype="image",
            subtype="png",
            cid=f"<{picture.name}>",
            disposition="inline",
            filename="points.png",
        )
    html.set_boundary(f"=_r{_token(outgoing.key)}")


def _token(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]

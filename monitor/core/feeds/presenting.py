"""Says whether publishers can write to anybody; must never keep a feed from being read."""

from collections.abc import Iterable

from monitor.model.feeds import Feed


def anonymous(contact: str, feeds: Iterable[Feed]) -> str:
    """What to tell an operator whose requests name the program alone; "" where nothing is amiss.

    Feeds of our own network (`allow_private`) know us; those that are not enabled are not asked.
    """
    public = [feed.id for feed in feeds if feed.enabled and not feed.allow_private]
    if contact or not public:
        return ""
    more = f" and {len(public) - 1} more are" if len(public) > 1 else " is"
    return (
        "set MONITOR_CONTACT to an e-mail address or a link, which is sent along with every "
        f"request: feed {public[0]}{more} asked in the program's name and version alone, and a "
        "publisher who can write to nobody may shut it out"
    )

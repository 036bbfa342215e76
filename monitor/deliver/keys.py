"""Keys of delivery.yaml that several channels have."""

import re
from typing import Final

from monitor.model.deliveries import ChannelKey, Complaint

_LINK: Final = re.compile(r"(?:https?://|mailto:)[!-;=?-~]+")  # one word without < and >


def link_key(name: str, *schemes: str, required: bool = False) -> ChannelKey:
    """A key that holds an address which begins with one of the schemes."""

    def check(text: str) -> Complaint | None:
        if _LINK.fullmatch(text) and text.startswith(schemes):
            return None
        expected = f"an address that begins with {' or '.join(schemes)}"
        return Complaint(found=f"“{text}”", expected=expected)

    return ChannelKey(name=name, what="an address", required=required, check=check)

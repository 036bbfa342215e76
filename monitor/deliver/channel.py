"""What every channel promises: take one outgoing message, return the provider's id for it.

Must never try twice by itself: whether and when to try again is decided by the caller, from what
the DeliveryError says.
"""

from typing import Protocol

from monitor.model.deliveries import Outgoing


class Channel(Protocol):
    """A way to reach a person."""

    @property
    def name(self) -> str:
        """The channel's name in delivery.yaml."""

    def send(self, outgoing: Outgoing) -> str:
        """Hand the message over and return the provider's id of it.

        Raises DeliveryError: `retryable` says whether the same call can succeed later,
        `unknown_outcome` that the message may have been taken although no answer came.
        """

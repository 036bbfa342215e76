"""Apprise, an add-on: the many services that it knows. Needs the extra `apprise`."""

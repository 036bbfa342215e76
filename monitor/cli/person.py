"""Who gives a command, for the audit log: the name that this machine knows them by."""

import getpass

from monitor.access.accounts import Actor
from monitor.model.access import Via


def commanded_by() -> Actor:
    return Actor(name=getpass.getuser(), via=Via.COMMAND)

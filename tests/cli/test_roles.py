"""`monitor run --role`: where several workers cannot be, it says what is missing."""

import sys

import pytest

from tests.cli.conftest import Monitor


@pytest.mark.parametrize("role", ["all", "poll", "assess", "deliver"])
def test_a_role_needs_a_database_that_is_shared(monitor: Monitor, role: str) -> None:
    said = monitor("run", "--role", role)
    assert said.code == 78
    assert said.err == (
        f"monitor: --role {role} needs a database that several processes share; set "
        "MONITOR_DATABASE_URL to postgresql://…, or run without --role\n"
    )


def test_a_role_needs_the_extra(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    for name in ("queue", "cluster"):
        monkeypatch.delitem(sys.modules, f"monitor.workers.{name}", raising=False)
        monkeypatch.delattr(f"monitor.workers.{name}", raising=False)
    said = monitor(
        "run", "--role", "poll", MONITOR_DATABASE_URL="postgresql://nobody@127.0.0.1:9/none"
    )
    assert said.code == 78
    assert said.err == (
        "monitor: --role needs the package procrastinate; install the extra “cluster”: "
        "pip install '.[cluster]' in the folder of the sources, or "
        "pip install 'WHEEL[cluster]' with the path of the wheel\n"
    )


def test_another_role_is_wrong_usage(monitor: Monitor) -> None:
    said = monitor("run", "--role", "leader")
    assert said.code == 2
    assert "'all', 'poll', 'assess', 'deliver'" in said.err

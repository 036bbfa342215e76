"""Metrics: what happened, what stands, and that alert rules and the dashboard name nothing else."""

import contextlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from monitor.daemon.metrics import Metrics
from monitor.store import gauges
from tests.support.scene import SIGNED, SIGNED_TOO, START, Item, Scene, at, publishing
from tests.web.stage import staged

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations"

NAME = re.compile(r"\b(?:signpost|process)_[a-z_]+")


def samples(text: bytes) -> dict[tuple[str, str], float]:
    """Every sample by its name and the value of its only label, if it has one."""
    return {
        (sample.name, "".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


async def lived(scene: Scene) -> bytes:
    """Two outlets tell of a signing, one of them then fails; the metrics some hours later."""
    async with publishing() as publisher:
        scene.write(base=publisher.base)
        publisher.publish("courier", Item(guid="c0", title="An old thing", at=at(-2)))
        publisher.publish("herald")
        async with scene.open(START) as app:
            await app.poll_now("courier", START)
            await app.poll_now("herald", START)
            publisher.publish("courier", Item(guid="c1", title=SIGNED, at=at(5)))
            publisher.publish("herald", Item(guid="h1", title=SIGNED_TOO, at=at(4)))
            await app.poll_now("courier", at(6))
            await app.poll_now("herald", at(6))
            await app.poll_now("courier", at(7))
            publisher.bodies.clear()
            await app.poll_now("herald", at(7))
            assert await app.compose_due(at(8))
            await app.deliver_due(at(8), "token")
            found = await app.database.look(gauges.read)
            return app.metrics.text(found, at(9), last_round=at(8), refused_since=at(6))


LIVED = {
    ("polls_total", "read"): 3,
    ("polls_total", "unchanged"): 2,
    ("polls_total", "http-404"): 1,
    ("entries_total", "new"): 3,
    ("published_to_seen_seconds_sum", ""): 3 * 3600,
    ("published_to_seen_seconds_bucket", "3600.0"): 1,
    ("seen_to_flagged_seconds_count", ""): 1,
    ("reasons_total", "tripwire"): 1,
    ("deliveries_total", "sent"): 1,
    ("flagged_to_delivered_seconds_sum", ""): 2 * 3600,
    ("queued_to_delivered_seconds_count", ""): 1,
    ("flags", "open"): 1,
    ("flag_age_seconds", ""): 3 * 3600,
    ("outbox", "dead"): 0,
    ("outbox_age_seconds", ""): 0,
    ("configuration_stale_seconds", ""): 3 * 3600,
    ("round_age_seconds", ""): 3600,
    ("feeds", "ok"): 1,
    ("feeds", "degraded"): 1,
}


async def test_polls_flags_and_deliveries_are_counted_and_timed(tmp_path: Path) -> None:
    told = samples(await lived(Scene(tmp_path)))

    found = {(name, label): told.get((f"signpost_{name}", label)) for name, label in LIVED}
    assert found == LIVED


def test_no_label_holds_what_a_feed_or_a_person_wrote() -> None:
    """Each value of a label is a word of ours, so that their number is bounded."""
    metrics = Metrics()

    labels = {
        label
        for family in metrics.registry.collect()
        for sample in family.samples
        for label in sample.labels
    }

    assert labels <= {"outcome", "kind", "state", "health", "version", "le"}


def exposed() -> set[str]:
    """The names of all time series, without the labels."""
    found = set()
    for family in Metrics().registry.collect():
        endings = {
            "counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",),
        }[family.type]  # fmt: skip
        found |= {f"{family.name}{ending}" for ending in endings}
    return found


def named(expressions: Iterator[str]) -> set[str]:
    return {name for expression in expressions for name in NAME.findall(expression)}


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((OPERATIONS / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def test_alert_rules_name_metrics_that_exist_and_say_what_to_do() -> None:
    assert len(rules()) >= 8
    for rule in rules():
        assert named(iter([rule["expr"]])) <= exposed(), rule["alert"]
        assert {"summary", "description"} == rule["annotations"].keys()
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_the_dashboard_names_metrics_that_exist_and_shows_all_of_ours() -> None:
    panels = json.loads((OPERATIONS / "grafana.json").read_text(encoding="utf-8"))["panels"]

    shown = named(target["expr"] for panel in panels for target in panel["targets"])

    assert shown <= exposed()
    used = shown | named(rule["expr"] for rule in rules())
    ours = {name for name in exposed() if name.startswith("signpost_") and "_bucket" in name}
    assert ours - {"signpost_queued_to_delivered_seconds_bucket"} <= used
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len(set(places)) == len({panel["id"] for panel in panels}) == len(panels)


SHARED = [family.name for family in Metrics().registry.collect()
          if family.type == "gauge" and family.name.startswith("signpost_")
          and family.name != "signpost_build_info"]  # fmt: skip
"""What every worker reads in the same tables, and so each tells whole."""


@pytest.mark.parametrize("file", ["grafana.json", "alerts.yaml"])
def test_what_all_workers_tell_alike_is_not_added_up(file: str) -> None:
    text = (OPERATIONS / file).read_text(encoding="utf-8")
    shared = rf"\b({'|'.join(SHARED)})\b"
    highest = rf"max(?: by \([a-z]+\) | without \(instance\) |)\({shared}"
    assert len(re.findall(highest, text)) == len(re.findall(shared, text)) >= 8


async def test_workers_of_one_database_tell_the_same_of_it(
    scene: Scene, new_postgresql: str
) -> None:
    """So a dashboard shows their highest: their sum would be that many times too much."""
    settings = scene.settings({"MONITOR_DATABASE_URL": new_postgresql})
    async with contextlib.AsyncExitStack() as stack:
        apps = [await stack.enter_async_context(scene.open(START, settings)) for _ in range(4)]
        scraped = []
        for app in apps:
            found = await app.database.look(gauges.read)
            text = app.metrics.text(found, at(1), last_round=START, refused_since=None)
            scraped.append(samples(text))

    shared = {name: value for name, value in scraped[0].items() if name[0] in SHARED}
    assert len(shared) > 20
    assert any(shared.values())
    for other in scraped[1:]:
        assert {name: other[name] for name in shared} == shared


@pytest.mark.parametrize("access", ["loopback", "off", "users"])
async def test_the_page_of_metrics_is_there_whoever_may_see_the_page(
    tmp_path: Path, access: str
) -> None:
    scene = Scene(tmp_path)
    scene.write()
    async with staged(scene, MONITOR_WEB_ACCESS=access) as stage:
        status, text = await stage.get("/metrics", Host="monitor.example")

    assert status == 200
    assert samples(text.encode())["signpost_feeds", "new"] == 2

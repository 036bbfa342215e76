"""What is deployed by other programs' files: their schemas, our settings, and what must not slip.

Kubernetes' own schemas come with a package, so nothing is fetched. Compose's schema is not checked
here: only what this project promises of the file.
"""

import shutil
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from monitor.__main__ import main
from monitor.config import settings as config_settings
from tests.commands import run

ROOT = Path(__file__).parents[1]
MANIFESTS = sorted((ROOT / "deploy/kubernetes").glob("*.yaml"))
COMPOSE = ("compose.yaml", "compose.cluster.yaml")


def documents(path: Path) -> list[dict[str, Any]]:
    return [found for found in yaml.safe_load_all(path.read_text(encoding="utf-8")) if found]


def kinds() -> dict[str, dict[str, Any]]:
    return {found["kind"]: found for path in MANIFESTS for found in documents(path)}


def containers(found: dict[str, Any]) -> list[dict[str, Any]]:
    pod: dict[str, Any] = found["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"]
    return list(pod["containers"])


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_manifests_are_what_kubernetes_accepts(path: Path) -> None:
    for found in documents(path):
        kubernetes_validate.validate(found, kubernetes_validate.latest_version(), strict=True)


def test_the_check_sees_a_mistake() -> None:
    found = kinds()["Deployment"]
    found["spec"]["template"]["spec"]["containers"][0]["livenesProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError, match="livenesProbe"):
        kubernetes_validate.validate(found, kubernetes_validate.latest_version(), strict=True)


def test_pods_run_a_command_that_exists_without_rights_or_written_secrets() -> None:
    found = kinds()
    assert set(found) == {"Deployment", "Job", "PodDisruptionBudget"}
    for kind in ("Deployment", "Job"):
        (container,) = containers(found[kind])
        limits = container["securityContext"]
        assert limits["readOnlyRootFilesystem"]
        assert not limits["allowPrivilegeEscalation"]
        assert limits["capabilities"] == {"drop": ["ALL"]}
        env = {each["name"]: each for each in container["env"]}
        assert "secretKeyRef" in env["MONITOR_DATABASE_URL"]["valueFrom"]
        known = {name: each.get("value", "") for name, each in env.items()}
        assert config_settings.load(known).warnings == ()
    (worker,) = containers(found["Deployment"])
    assert worker["args"] == ["run", "--role", "all"]
    assert {"livenessProbe", "readinessProbe", "startupProbe"} <= set(worker)
    assert worker["readinessProbe"]["httpGet"]["path"] == "/ready"
    assert all(each["resources"]["limits"]["memory"] for kind in ("Deployment", "Job")
               for each in containers(found[kind]))  # fmt: skip
    selector = found["Deployment"]["spec"]["selector"]
    assert selector == found["PodDisruptionBudget"]["spec"]["selector"]


@pytest.mark.parametrize("name", COMPOSE)
def test_composed_services_have_known_settings_and_no_rights(name: str) -> None:
    (found,) = documents(ROOT / name)
    service = found["services"]["signpost"]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    for each in found["services"].values():
        assert each["mem_limit"]
        assert each["pids_limit"] <= 512
    env = dict.fromkeys(service["environment"], "")
    assert config_settings.load(env).warnings == ()
    assert set(service.get("secrets", ())) <= set(found.get("secrets", ()))


@pytest.mark.parametrize("command", [["run", "--role", "all", "--help"], ["db", "upgrade", "-h"]])
def test_the_commands_are_there(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["monitor", *command])
    main()
    assert "Usage: " in capsys.readouterr().out


def unit() -> dict[str, list[str]]:
    lines = (ROOT / "deploy/signpost.service").read_text(encoding="utf-8").splitlines()
    found: dict[str, list[str]] = {}
    for name, given, value in (line.partition("=") for line in lines if not line.startswith("#")):
        if given:
            found.setdefault(name, []).append(value)
    return found


def test_the_unit_starts_the_daemon_with_settings_that_exist_and_few_rights() -> None:
    found = unit()
    assert found["ExecStart"] == ["/opt/signpost/bin/monitor run"]
    env = dict(value.split("=", 1) for value in found["Environment"])
    assert config_settings.load(env).warnings == ()
    # what means that another start would end likewise
    assert found["RestartPreventExitStatus"] == ["2 78"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_the_unit_is_exposed_to_less_than_3_of_10(tmp_path: Path) -> None:
    copy = tmp_path / "signpost.service"
    shutil.copyfile(ROOT / "deploy/signpost.service", copy)
    said = run("systemd-analyze", "security", "--offline=true", "--threshold=30", copy)
    assert said.returncode == 0, said.stdout[-200:]


@pytest.mark.parametrize("name", ["nginx.conf", "Caddyfile"])
def test_proxies_pass_on_no_identity_that_a_visitor_sends(name: str) -> None:
    text = (ROOT / "deploy" / name).read_text(encoding="utf-8")
    given = [line.strip() for line in text.splitlines() if not line.strip().startswith("#")]
    header = config_settings.load({}).web_proxy_header
    drop = f'proxy_set_header {header} "";' if name == "nginx.conf" else f"header_up -{header}"
    assert drop in given

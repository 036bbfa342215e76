"""What is deployed by other programs' files: their schemas, our settings, and what must not slip.

Kubernetes' own schemas come with a package, so nothing is fetched. Compose's schema is not checked
here: only what this project promises of the file.
"""

from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from monitor.__main__ import main
from monitor.config import settings as config_settings

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
    assert {"livenessProbe", "startupProbe"} <= set(worker)
    selector = found["Deployment"]["spec"]["selector"]
    assert selector == found["PodDisruptionBudget"]["spec"]["selector"]


@pytest.mark.parametrize("name", COMPOSE)
def test_composed_services_have_known_settings_and_no_rights(name: str) -> None:
    (found,) = documents(ROOT / name)
    service = found["services"]["signpost"]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
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

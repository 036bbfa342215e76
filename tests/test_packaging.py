"""What is shipped: lock files, wheel, container and compose file agree with the tree."""

import re
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from monitor import __version__
from monitor.config import settings
from tests.commands import BIN, ROOT, run

pytestmark = pytest.mark.slow

LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")
IGNORED = {"__pycache__", ".DS_Store"}
BROUGHT = ("postgres", "cluster", "slack", "oidc", "otel")
"""The extras that the image brings."""

SHELL = ("scripts/lock", "scripts/audit", "scripts/first-run", ".ci/run")


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def project() -> dict[str, Any]:
    return tomllib.loads(text("pyproject.toml"))


def locked(name: str) -> set[tuple[str, str]]:
    """Packages with their versions; a package may have one for each platform."""
    found = re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text(name), re.MULTILINE)
    return {(canonicalize_name(package), version) for package, version in found}


def group(name: str) -> list[str]:
    """The requirements of a dependency group, with those of the groups it includes."""
    found: list[str] = []
    for entry in project()["dependency-groups"][name]:
        found += [entry] if isinstance(entry, str) else group(entry["include-group"])
    return found


def wanted(lock: str) -> list[str]:
    """What the lock file must hold at least: its part of pyproject.toml."""
    runtime = project()["project"]
    extras = [runtime["optional-dependencies"][name] for name in BROUGHT]
    shipped: list[str] = sum(extras, runtime["dependencies"])
    parts = {"requirements.lock": shipped, "requirements-dev.lock": shipped + group("dev")}
    return parts.get(lock) or group("build")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_holds_exact_versions_with_hashes_and_nothing_else(lock: str) -> None:
    kinds = re.compile(
        r"#.*|    # via .*"
        r"|[a-z0-9._-]+==[0-9][^ ]*( ; [^\\]+)? \\"
        r"|    --hash=sha256:[0-9a-f]{64}( \\)?"
    )
    odd = [line for line in text(lock).splitlines() if not kinds.fullmatch(line)]

    assert odd == []
    assert "://" not in text(lock)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_dependency_of_the_project_is_locked_at_a_version_it_allows(lock: str) -> None:
    versions = locked(lock)
    unmet = [
        str(requirement)
        for requirement in map(Requirement, wanted(lock))
        if not any(
            name == canonicalize_name(requirement.name) and version in requirement.specifier
            for name, version in versions
        )
    ]

    assert unmet == [], "run: make lock"


def test_the_lock_files_never_disagree() -> None:
    dev = locked("requirements-dev.lock")

    assert locked("requirements.lock") <= dev
    assert locked("requirements-build.lock") <= dev


def test_the_wheel_holds_the_package_the_migrations_and_the_example_configuration(
    tmp_path: Path,
) -> None:
    built = run(BIN / "hatchling", "build", "-t", "wheel", "-d", tmp_path)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = tmp_path.iterdir()

    expected = {
        f"{target}/{path.relative_to(ROOT / source)}"
        for source, target in project()["tool"]["hatch"]["build"]["targets"]["wheel"][
            "force-include"
        ].items()
        | {("monitor", "monitor")}
        for path in (ROOT / source).rglob("*")
        if path.is_file() and not IGNORED & set(path.parts)
    }
    held = zipfile.ZipFile(wheel).namelist()
    actual = {name for name in held if ".dist-info/" not in name and "__pycache__" not in name}

    assert wheel.name == f"signpost_monitor-{__version__}-py3-none-any.whl"
    assert actual == expected
    assert any(name.endswith("/licenses/LICENSE") for name in held)


def test_nobody_is_sent_to_a_name_on_the_package_index_that_is_not_ours() -> None:
    """“signpost” there is somebody else's program, and “signpost-monitor” could become so."""
    places = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md"]
    for folder, ending in (
        ("docs", "md"),
        ("config", "yaml"),
        ("deploy", "yaml"),
        ("monitor", "py"),
    ):
        places += (ROOT / folder).rglob(f"*.{ending}")
    sent = re.compile(r"""\binstall\s+(?:-\S+\s+)*[`'"]?signpost\b|\bsignpost-monitor\[""")
    assert [path.name for path in places if sent.search(path.read_text(encoding="utf-8"))] == []
    assert sent.search("pip install --upgrade 'signpost-monitor'")


def test_every_extra_that_is_named_exists() -> None:
    extras = set(project()["project"]["optional-dependencies"])
    modules = [path.read_text(encoding="utf-8") for path in (ROOT / "monitor").rglob("*.py")]
    named = {name for text in modules for name in re.findall(r"get_extra\(['\"](\w+)", text)}
    listed = re.findall(r"`(\w+)`", text("docs/running.md").partition("## Extras")[2][:300])

    assert named <= extras
    assert set(listed) >= extras


def test_make_says_what_it_can_do() -> None:
    said = run("make")

    targets = set(re.findall(r"^make ([\w-]+)", said.stdout, re.MULTILINE))
    checks = {"test", "test-fast", "faults", "check", "lint", "types"}
    more = {"fuzz", "audit", "sbom", "bench", "rooms"}
    assert targets == {"demo", "run", "dev", *checks, *more, "wheel", "lock", "clean"}


def test_make_names_what_is_missing_when_python_is_too_old(tmp_path: Path) -> None:
    said = run("make", "demo", "PYTHON=false", f"VENV={tmp_path}/venv")

    assert said.returncode != 0
    assert "needs Python 3.11 or newer" in said.stderr
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize("script", SHELL)
def test_scripts_can_be_started_and_are_well_formed(script: str) -> None:
    assert (ROOT / script).stat().st_mode & 0o111
    assert run("bash", "-n", script).returncode == 0


def test_the_dockerfile_satisfies_its_linter() -> None:
    found = run(BIN / "hadolint", "Dockerfile")

    assert found.returncode == 0, found.stdout + found.stderr


def test_the_image_runs_as_a_numeric_user_and_installs_nothing_in_its_last_stage() -> None:
    last = text("Dockerfile").rpartition("\nFROM ")[2]

    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last, re.MULTILINE)
    assert re.search(r'^ENTRYPOINT \["monitor"\]$', last, re.MULTILINE)
    assert not re.search(r"^RUN .*(pip|apt)", last, re.MULTILINE)


def test_everything_the_dockerfile_copies_is_let_into_the_build() -> None:
    copies = re.findall(r"^COPY (?!--from)(.+) \S+$", text("Dockerfile"), re.MULTILINE)
    copied = {name for line in copies for name in line.split()}
    let_in = {line[1:] for line in text(".dockerignore").splitlines() if line.startswith("!")}

    assert copied == let_in
    assert all((ROOT / name).exists() for name in copied)


def test_compose_gives_the_container_one_writable_volume_and_no_privileges() -> None:
    compose = yaml.safe_load(text("compose.yaml"))
    service = compose["services"]["signpost"]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == "unless-stopped"
    assert service["volumes"] == ["data:/data", "./config:/config:ro"]
    assert set(compose["volumes"]) == {"data"}
    assert "ports" not in service
    assert "secrets" not in compose, "it must start where no secret exists"


def test_what_compose_shows_as_comments_is_whole_too() -> None:
    """Uncommented, the lines about secrets and /health make a file whose parts fit together."""
    shown = re.sub(
        r"^( *)# ((  )?\w+: ?[\[{./0].*|secrets:)$",
        r"\1\2",
        text("compose.yaml"),
        flags=re.MULTILINE,
    )
    compose = yaml.safe_load(shown)
    service = compose["services"]["signpost"]
    files = [value for name, value in service["environment"].items() if name.endswith("_FILE")]

    assert sorted(compose["secrets"]) == sorted(service["secrets"])
    assert sorted(files) == sorted(f"/run/secrets/{name}" for name in compose["secrets"])
    assert service["ports"] == ["127.0.0.1:8080:8080"], "for this machine only"
    assert service["environment"]["MONITOR_HEALTH_HOST"] == "0.0.0.0"


@pytest.mark.parametrize("name", ["Dockerfile", "compose.yaml", "docs/running.md"])
def test_only_settings_that_exist_are_set_or_described(name: str) -> None:
    named = re.findall(rf"\b{settings.PREFIX}[A-Z_]*[A-Z]\b", text(name))

    assert named != []
    assert settings.load(dict.fromkeys(named, "")).warnings == ()


def test_every_setting_is_described() -> None:
    described = text("docs/running.md")

    assert [name for name in settings.KNOWN if f"`{settings.PREFIX}{name}`" not in described] == []


def test_every_event_of_the_log_is_described() -> None:
    modules = [path.read_text(encoding="utf-8") for path in (ROOT / "monitor").rglob("*.py")]
    events = {
        event
        for module in modules
        for event in re.findall(r"\blog\.[a-z]+\(\s*\"([a-z_.]+)\"", module)
    }

    assert len(events) > 20
    assert sorted(event for event in events if f"`{event}`" not in text("docs/running.md")) == []

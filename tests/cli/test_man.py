"""The manual page and the shell's completion: all commands, from the texts that --help shows."""

import re
import shutil
from collections.abc import Iterator

import click
import pytest
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from monitor.cli.main import cli
from tests.cli.conftest import Monitor
from tests.commands import run


def commands(ctx: click.Context) -> Iterator[click.Context]:
    group = ctx.command
    if isinstance(group, click.Group):
        for name in group.list_commands(ctx):
            command = group.get_command(ctx, name)
            assert command is not None
            own = click.Context(command, info_name=name, parent=ctx)
            yield own
            yield from commands(own)


def test_the_manual_page_names_every_command_and_option(monitor: Monitor) -> None:
    said = monitor("man")

    assert said.code == 0
    page = said.out.replace("\\-", "-")
    for own in commands(click.Context(cli, info_name="monitor")):
        assert f".SS {own.command_path} " in page
        options = [each for each in own.command.params if isinstance(each, click.Option)]
        for option in options:
            assert max(option.opts, key=len) in page, own.command_path
    macros = set(re.findall(r"^[.'].*?(?= |$)", said.out, re.MULTILINE))
    assert macros == {".TH", ".SH", ".SS", ".PP", ".TP"}


@pytest.mark.skipif(shutil.which("groff") is None, reason="there is no groff here")
def test_the_manual_page_is_set_without_a_warning(monitor: Monitor) -> None:
    said = run("groff", "-k", "-man", "-Tutf8", "-ww", stdin=monitor("man").out)

    assert (said.returncode, said.stderr) == (0, "")
    assert "monitor db copy [OPTIONS]" in re.sub(".\b", "", said.stdout)  # bold is struck twice


@pytest.mark.parametrize("shell", [BashComplete, ZshComplete, FishComplete])
def test_the_shell_completes_commands_and_options(shell: type[ShellComplete]) -> None:
    complete = shell(cli, {}, "monitor", "_MONITOR_COMPLETE")

    assert "_MONITOR_COMPLETE" in complete.source()
    found = {item.value for item in complete.get_completions(["db"], "")}
    assert {"backup", "copy", "restore"} <= found
    options = {item.value for item in complete.get_completions(["db", "copy"], "--")}
    assert {"--to", "--from", "--json"} <= options

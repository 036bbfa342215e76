"""`monitor man`: the manual page, made of the same texts that `--help` shows."""

import re
from collections.abc import Iterable, Iterator

import click

from monitor import __version__
from monitor.cli.output import EXIT_CODES

FILES = (
    ("watchlists.yaml", "questions, indicators, judgments; for analysts"),
    ("feeds.yaml", "what is read; for operators"),
    ("delivery.yaml", "channels, recipients, digests"),
)


@click.command()
@click.pass_context
def man(ctx: click.Context) -> None:
    """Print the manual page. `monitor man | man -l -` shows it.

    To have it as `man monitor`: monitor man > ~/.local/share/man/man1/monitor.1
    """
    click.echo("\n".join(_page(ctx.find_root())))


def _page(root: click.Context) -> Iterator[str]:
    """The page in roff's man macros (man-pages(7)): https://man7.org/linux/man-pages/man7/."""
    cli = root.command
    about, *_ = _paragraphs(cli)
    yield f'.TH MONITOR 1 "" "Signpost {__version__}" "Signpost"'
    yield from (".SH NAME", r"monitor \- watch news and flag judgments that may need revisiting")
    yield ".SH SYNOPSIS"
    yield r"\fBmonitor\fR \fICOMMAND\fR [\fIOPTION\fR]... [\fIARGUMENT\fR]..."
    yield from (".SH DESCRIPTION", _text(about), ".SH COMMANDS")
    yield from _commands(root)
    yield from (".SH EXIT STATUS", *_listed((str(code), said) for code, said in EXIT_CODES.items()))
    yield ".SH FILES"
    yield from (r"In the folder that MONITOR_CONFIG_DIR names, else in config:", *_listed(FILES))
    yield ".SH ENVIRONMENT"
    yield "MONITOR_CONFIG_DIR, MONITOR_DATA_DIR, MONITOR_DATABASE_URL: docs/running.md has all."


def _commands(ctx: click.Context) -> Iterator[str]:
    """Each command with its paragraphs and options, those of a group below it."""
    group = ctx.command
    if not isinstance(group, click.Group):
        return
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        if command is None or command.hidden:
            continue
        own = click.Context(command, info_name=name, parent=ctx)
        yield f".SS {_text(own.command_path)} {_text(' '.join(command.collect_usage_pieces(own)))}"
        for number, paragraph in enumerate(_paragraphs(command)):
            yield from ((".PP",) if number else ()) + (_text(paragraph),)
        options = [each for each in command.get_params(own) if isinstance(each, click.Option)]
        records = [option.get_help_record(own) for option in options if option.name != "help"]
        yield from _listed(filter(None, records))
        yield from _commands(own)


def _paragraphs(command: click.Command) -> list[str]:
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", command.help or "")]


def _listed(items: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, said in items:
        yield from (".TP", rf"\fB{_text(name)}\fR", _text(said))


def _text(text: str) -> str:
    """Text that no macro is read from."""
    safe = text.replace("\\", r"\e").replace("-", r"\-")
    return rf"\&{safe}" if safe.startswith((".", "'")) else safe

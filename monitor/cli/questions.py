"""`monitor questions`: where each question stands, and how it was settled."""

import click

from monitor.cli.output import as_json, say, table, typed, when
from monitor.cli.prepare import commanded_by, prepare
from monitor.daemon import jobs
from monitor.model.questions import QuestionAnswer, Resolution
from monitor.runtime.database import open_database
from monitor.triage import answers, decisions


@click.group(invoke_without_command=True)
@click.pass_context
def questions(context: click.Context) -> None:
    """The questions that are watched. Without a sub-command, lists them."""
    if context.invoked_subcommand is None:
        context.invoke(list_)


@questions.command("list")
@click.option("--json", "json_", is_flag=True, help="Print as JSON.")
def list_(json_: bool = False) -> None:
    """Open, closed or resolved; with who answered, when and why."""
    now = jobs.SystemClock().now()
    with open_database(prepare(quiet=True)) as database:
        found = database.read_now(lambda conn: decisions.standing(conn, now))
    if json_:
        as_json(
            [
                {
                    "id": question.id,
                    "ask": question.ask,
                    "status": status.value,
                    "closes": question.closes.isoformat() if question.closes else None,
                    "answer": answer.answer.value if answer else None,
                    "by": answer.by if answer else None,
                    "at": answer.at.isoformat() if answer else None,
                    "note": answer.note if answer else None,
                }
                for question, status, answer in found
            ]
        )
    elif found:
        rows = [
            (
                question.id,
                status.value,
                question.closes.isoformat() if question.closes else "–",
                question.owner or "–",
                _answered(answer) if answer else question.ask,
            )
            for question, status, answer in found
        ]
        table(("question", "status", "closes", "owner", ""), rows)
    else:
        say("no watchlist was loaded yet; `monitor run` or `monitor poll` loads it")


def _answered(answer: Resolution) -> str:
    why = f": {answer.note}" if answer.note else ""
    return f"{answer.answer.value}, by {answer.by} on {when(answer.at)}{why}"


@questions.command()
@click.argument("question", metavar="QUESTION")
@click.argument("answer", type=click.Choice([answer.value for answer in QuestionAnswer]))
@click.option("--note", default="", help="Why; kept with the answer.")
def resolve(question: str, answer: str, note: str) -> None:
    """Settle a question: yes, no or void. `open` takes the answer back.

    Its open flags expire, and nothing on it is flagged any more.
    """
    now = jobs.SystemClock().now()
    with open_database(prepare(quiet=True)) as database:
        done = database.write_now(
            lambda conn: answers.resolve(
                conn,
                typed(question),
                QuestionAnswer(answer),
                actor=commanded_by(),
                now=now,
                note=typed(note),
            )
        )
    say(f"{done.question}: {_answered(done)}")

"""The page of one question: points over time, indicators and how they did, every flag."""

from starlette.responses import Response

from monitor.triage import question as triage_question
from monitor.web.ask import Ask


async def show(ask: Ask) -> Response:
    question_id = ask.request.path_params["question_id"]
    rules = ask.app.plan.rules
    page = await ask.look(lambda conn: triage_question.read(conn, question_id, rules, ask.now))
    groups = triage_question.by_direction(page.indicators)
    return ask.page("question.html.j2", page=page, groups=groups)

"""Turns a digest of inert text into one HTML document for mail: 600 px, light and dark, no images.

Must never mark untrusted text as safe markup or load anything from the network.
"""

from functools import partial
from typing import Any, Final

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.deliver import one_click, pictures, sentences, wording
from monitor.deliver.wording import Calendar
from monitor.model.digests import Digest, JudgmentSection

LOADER: Final = PackageLoader("monitor.deliver.channels.email")

_ENVIRONMENT: Final = Environment(
    loader=LOADER,
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

# Dark mode lives in a media query, which no style attribute can hold: those rules stay in <style>.
INLINER: Final = css_inline.CSSInliner(
    keep_at_rules=True, load_remote_stylesheets=False, remove_inlined_selectors=True
)


def render_html(
    digest: Digest, calendar: Calendar, *, base_url: str = "", mark: str = ""
) -> tuple[str, sentences.Fit]:
    """The whole document, and how much of the digest there was room for in it.

    `base_url` is that of the review pages, or ""; `mark` as in `render`. A digest of very many
    briefs shows fewer stories of each and fewer briefs, so that mail readers show all of it.
    """
    given = context(digest, calendar, base_url, mark)
    html, fit = "", sentences.FITS[0]
    for fit in sentences.FITS:
        html = render_template("digest.html.j2", **(given | {"rows": fit.rows, "fit": fit}))
        if len(html.encode()) <= sentences.CLIPPED:
            break
    return html, fit


def context(digest: Digest, calendar: Calendar, base_url: str, mark: str = "") -> dict[str, Any]:
    """What a template is given; docs/digests.md describes it, and it only ever grows."""
    return {
        "digest": digest,
        "calendar": calendar,
        "base_url": base_url,
        "say": sentences,
        "wording": wording,
        "bar": _bar,
        "charts": {each.key: pictures.name(digest, each) for each in pictures.charted(digest)},
        "fit": sentences.FITS[0],
        "rows": sentences.FITS[0].rows,
        "one_click": one_click.WORDS,
        "place": partial(one_click.placeholder, mark),
    }


def render_template(name: str, **context: object) -> str:
    """One of our templates, its styles inlined."""
    return INLINER.inline(_ENVIRONMENT.get_template(name).render(context))


def _bar(judgment: JudgmentSection) -> tuple[int, int]:
    """Widths in percent of the two halves of the ledger's bar, away and toward; at least 20 points
    wide in all, so that a small number looks small.
    """
    away, toward = abs(judgment.points_away), abs(judgment.points_toward)
    full = max(away, toward, 20.0)
    return round(100 * away / full), round(100 * toward / full)

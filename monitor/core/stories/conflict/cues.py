"""The words by which two headlines are found to contradict each other: tables only.

Must never decide anything; `conflict` compares with these.
"""

from monitor.core.stories.headline.wording import words


def forms(verbs: str) -> frozenset[str]:
    """Regular inflections of each verb; irregular forms are given as words of their own."""
    out: set[str] = set()
    for verb in verbs.split():
        stem = verb.removesuffix("e")
        y_stem = verb[:-1] + "i" if verb.endswith("y") and verb[-2:-1] not in "aeou" else verb
        doubled = verb + verb[-1]
        sibilant = verb.endswith(("s", "sh", "ch", "x", "z"))
        out |= {verb, f"{verb}ing", f"{y_stem}es" if y_stem != verb or sibilant else f"{verb}s"}
        out |= {f"{stem}ing", f"{stem}ed" if y_stem == verb else f"{y_stem}ed"}
        if len(verb) < 7 and verb[-1] in "bdglmnprt":
            out |= {f"{doubled}ing", f"{doubled}ed"}
    return frozenset(out)


def _row(one: str, other: str) -> tuple[frozenset[str], frozenset[str]]:
    return forms(one), forms(other)


# Opposite poles of one state. A word may stand in several rows.
OPPOSITES = (
    _row("raise hike increase boost expand", "cut lower reduce slash trim shrink"),
    _row(
        "rise rose climb jump gain surge soar grow grew rally",
        "fall fell drop slide slid decline sink sank plunge tumble slump shrink shrank",
    ),
    _row(
        "impose slap reimpose tighten sanction",
        "lift ease withdraw withdrew remove waive scrap rescind drop cancel suspend reverse relax",
    ),
    _row(
        "resume restart reopen revive continue",
        "suspend halt pause stop end freeze froze close cancel break broke scrap abandon",
    ),
    _row("start begin began begun open launch", "end stop halt finish conclude close cancel abort"),
    _row(
        "agree accept approve back endorse welcome adopt sign ratify",
        "refuse reject oppose deny decline rebuff dismiss veto block scrap",
    ),
    _row(
        "arrive return enter join come came land reach stay rejoin",
        "leave left depart exit quit withdraw withdrew pull flee fled abandon",
    ),
    _row("win won beat triumph", "lose lost defeat"),
    _row(
        "free release acquit clear pardon exonerate",
        "detain arrest jail imprison seize convict hold held capture sentence",
    ),
    _row("missing vanish disappear", "found rescue recover"),
    _row("hold held survive last", "collapse break broke fail crumble"),
    _row("confirm admit acknowledge", "deny dispute refute reject"),
    _row("pass approve succeed", "fail reject block defeat"),
    _row("allow permit let", "ban bar block forbid prohibit prevent"),
    _row("deploy send sent", "withdraw withdrew pull recall"),
    _row(
        "build built rebuild rebuilt assemble reassemble restore construct",
        "dismantle demolish destroy disassemble tear tore raze",
    ),
    _row("alive survive", "dead die dying killed"),
    _row("guilty convict", "innocent clear acquit"),
    _row("support back defend praise", "oppose condemn criticize criticise slam"),
    _row("keep kept retain maintain", "drop scrap abandon change"),
    _row("meet met schedule hold held", "cancel postpone delay"),
    _row("buy bought", "sell sold"),
    _row("freeze froze frozen", "unfreeze unfroze unfrozen thaw"),
    _row("appoint hire name", "sack fire oust dismiss"),
    _row("ally friend", "enemy foe"),
    _row("better improve strengthen", "worse worsen weaken"),
    _row("more above higher", "less fewer below lower"),
    _row("before ahead", "after"),
    _row("success successful", "failure unsuccessful"),
    _row("north northern", "south southern"),
    _row("east eastern", "west western"),
    _row("male man men boy", "female woman women girl"),
    _row("deal agreement", "impasse deadlock stalemate"),
    _row("advance gain", "retreat"),
    _row("up", "down"),
    _row("threaten", "pledge promise"),
)

# By word: the numbers of the rows it stands in.
ROWS_OF: dict[str, frozenset[int]] = {
    word: frozenset(n for n, (one, other) in enumerate(OPPOSITES) if word in one | other)
    for word in frozenset[str]().union(*(side for row in OPPOSITES for side in row))
}

NEGATORS = words("not no never without unlikely neither nor none nobody nothing hardly")

# What moves a story to its next chapter. Told in one title only: not the same text.
MILESTONES: dict[str, frozenset[str]] = {
    "a death": forms("die dead death kill slay slain murder assassinate"),
    "an arrest": forms("arrest detain custody capture"),
    "a charge": forms("charge indict indictment"),
    "a verdict": forms("guilty convict acquit sentence jail verdict"),
    "an exit": forms("resign quit quits oust sack resignation"),
    "a win": forms("win won victory champion elect"),
    "a confirmation": forms("confirm"),
    "a launch": forms("launch"),
    "a deal": forms("deal agreement accord pact"),
    "a withdrawal": forms("withdraw withdrew withdrawn withdrawal pullout"),
    "a landfall": frozenset({"landfall"}),
    "a failure": forms("fail failure collapse"),
    "an end": forms("end conclude finish"),
    "a start": forms("begin began begun start resume restart reopen"),
    "a halt": forms("suspend halt stop pause cancel scrap abandon postpone delay freeze froze"),
    "a reversal": forms("lift ease rescind revoke reverse retract overturn waive"),
    "a denial": forms("deny reject refuse refute dispute exclude block ban prevent avert"),
}

# Beside a name they make it another one: the president's sister, a former minister, a fake launch.
QUALIFIERS = words(
    "sister brother wife husband son daughter father mother aide adviser advisor envoy lawyer "
    "spokesman spokeswoman deputy vice former ex acting interim fake false hoax mock alleged "
    "simulated drill drills exercise exercises widow ambassador replica impostor"
)

POSSIBLE = words(
    "feared fears may might could possibly perhaps likely considers considering mulls weighs "
    "reportedly eyes mulling weighing"
)
PLANNED = forms(
    "threaten plan expect prepare vow pledge promise intend aim seek propose urge"
) | words(
    "will would set due poised ready about should must if unless when until sought "
    "close near nears braces"
)

"""The words that matter when two headlines are compared: tables only, each word in one place.

Must never decide anything; `headline` reads with these tables and `conflict` compares with them.
English only: a headline in another language is compared by equality alone.
"""


def listed(text: str) -> list[str]:
    """The words of a table, in order."""
    return text.split()


def words(text: str) -> frozenset[str]:
    """The words of a table, whatever their order."""
    return frozenset(text.split())


STOPWORDS = words(
    "a an the and or but of in on at to for from by with as is are was were be been being it its "
    "this that these those he she they his her their him them we our i you your who whom "
    "which what when where why how than then so if into over under after before about amid among "
    "up down out off again more most some any all has have had do does did will would can could "
    "may might must should shall not no nor never without against s t says say said saying tells "
    "told according new latest just now also"
)

# Two of these in a headline and fewer English stopwords: not English, so no guard can be trusted.
FOREIGN = words(
    "le la les des du une et est pas que qui sur avec pour der die das und ist nicht ein eine mit "
    "von zu auf el los las del una y en con por para il della di che non per het een van niet og "
    "och att som na w z nie do o os da dos um uma não em"
)

NUMBER_WORDS = {
    word: str(value)
    for value, word in enumerate(
        listed(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen seventeen eighteen nineteen twenty"
        )
    )
} | {
    word: str(10 * tens)
    for tens, word in enumerate(listed("thirty forty fifty sixty seventy eighty ninety"), start=3)
}
MULTIPLIERS = {
    "hundred": 100,
    "k": 1_000,
    "thousand": 1_000,
    "m": 1_000_000,
    "mil": 1_000_000,
    "mn": 1_000_000,
    "million": 1_000_000,
    "b": 1_000_000_000,
    "bn": 1_000_000_000,
    "billion": 1_000_000_000,
    "tn": 1_000_000_000_000,
    "trn": 1_000_000_000_000,
    "trillion": 1_000_000_000_000,
}
ORDINAL_WORDS = dict(
    zip(
        listed("first second third fourth fifth sixth seventh eighth ninth tenth"),
        listed("1st 2nd 3rd 4th 5th 6th 7th 8th 9th 10th"),
        strict=True,
    )
)

# Verbs of headlines whose past does not show their base.
PAST = {
    "be": "is", "become": "became", "begin": "began", "break": "broke", "bring": "brought",
    "build": "built", "buy": "bought", "catch": "caught", "fall": "fell", "fight": "fought",
    "find": "found", "flee": "fled", "fly": "flew", "give": "gave", "go": "went", "hold": "held",
    "keep": "kept", "leave": "left", "lose": "lost", "make": "made", "meet": "met", "pay": "paid",
    "rise": "rose", "seek": "sought", "sell": "sold", "send": "sent", "shoot": "shot",
    "sink": "sank", "strike": "struck", "take": "took", "teach": "taught", "win": "won",
    "withdraw": "withdrew",
}  # fmt: skip

WEEKDAYS = words("monday tuesday wednesday thursday friday saturday sunday")
MONTHS = {
    form: name
    for name in listed(
        "january february march april may june july august september october november december"
    )
    for form in (name, name[:3])
} | {"sept": "september"}
RELATIVE_DAYS = frozenset({"yesterday", "today", "tomorrow", "tonight"})

# Spellings of one thing. Keys and values are word sequences after folding; longest key wins.
ALIASES: dict[tuple[str, ...], tuple[str, ...]] = {
    tuple(variant.split()): tuple(name.split())
    for name, variants in {
        "us": "usa; united states; u s",
        "uk": "united kingdom; u k; britain; great britain",
        "un": "united nations; u n",
        "eu": "european union; e u",
        "uae": "united arab emirates",
        "north korea": "n korea; nkorea; dprk; nk",
        "north korean": "n korean; nkorean",
        "north koreans": "n koreans",
        "south korea": "s korea; skorea; rok",
        "south korean": "s korean",
        "kyiv": "kiev",
        "odesa": "odessa",
        "zelenskyy": "zelensky; zelenskiy",
        "turkey": "türkiye; turkiye",
        "kim jong un": "kim jong eun; kim jongun",
        "saint": "st",
        "ceasefire": "cease fire",
        "pullout": "pull out",
        "shutdown": "shut down",
        "government": "govt; gov t",
        "president": "pres",
        "covid": "covid 19; coronavirus",
        "ai": "artificial intelligence",
        "icbm": "intercontinental ballistic missile",
        "iaea": "international atomic energy agency",
        "quake": "earthquake",
        "quakes": "earthquakes",
        "and": "&",
        "cancels": "calls off; called off",
        "resumes": "picks up again",
        "resigns": "steps down; stands down; stepped down",
        "excludes": "rules out; ruled out",
        "withdraws": "pulls out; backs out; pulled out; backed out",
        "abandons": "gives up; gave up; walks away",
    }.items()
    for variant in variants.split("; ")
}

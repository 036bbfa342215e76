"""The words that matter when two headlines are compared: tables only, each word in one place.

Must never decide anything: `headline` reads with these tables, `conflict` and `similarity` compare
with them. English only: a headline in another language is compared by equality alone.
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
RELATIVE_TIMES = RELATIVE_DAYS | words("overnight morning evening")
"""Another day's title with one of these tells another day's news."""

# American spellings of what else is spelt otherwise; `headline` knows the endings.
SPELLINGS = {
    british + ending: american + ending
    for british, american, endings in (
        ("adviser", "advisor", " s"),
        ("arbour", "arbor", " s"),
        ("armour", "armor", " ed"),
        ("behaviour", "behavior", " s"),
        ("centre", "center", " s"),
        ("colour", "color", " s ed"),
        ("defence", "defense", " s"),
        ("favour", "favor", " s ed ing ite"),
        ("harbour", "harbor", " s ed"),
        ("honour", "honor", " s ed ing"),
        ("labour", "labor", " er ers"),
        ("licence", "license", " s"),
        ("metre", "meter", " s"),
        ("kilometre", "kilometer", " s"),
        ("neighbour", "neighbor", " s ing"),
        ("offence", "offense", " s"),
        ("parlour", "parlor", " s"),
        ("pretence", "pretense", ""),
        ("programme", "program", " s"),
        ("rumour", "rumor", " s ed"),
        ("theatre", "theater", " s"),
        ("vapour", "vapor", ""),
        ("cancell", "cancel", "ed ing"),
        ("travell", "travel", "ed ing er ers"),
        ("fuell", "fuel", "ed ing"),
        ("labell", "label", "ed ing"),
        ("signall", "signal", "ed ing"),
        ("jewellery", "jewelry", ""),
        ("tyre", "tire", " s"),
        ("grey", "gray", " s"),
        ("cheque", "check", " s"),
        ("analys", "analyz", "ed ing"),
        ("paralys", "paralyz", "ed ing"),
        ("sceptic", "skeptic", " s al ism"),
        ("enrol", "enroll", " s ment"),
        ("manoeuvre", "maneuver", " s"),
        ("aeroplane", "airplane", " s"),
        ("aluminium", "aluminum", ""),
        ("whisky", "whiskey", ""),
        ("judgement", "judgment", " s"),
        ("towards", "toward", ""),
        ("amongst", "among", ""),
        ("whilst", "while", ""),
    )
    for ending in (endings.split(" ") if endings else [""])
}
# In -ise for another reason than British spelling.
IN_ISE = words(
    "advertise advise appraise arise bruise chastise comprise compromise concise cruise demise "
    "despise devise disguise enterprise excise exercise expertise franchise improvise likewise "
    "merchandise otherwise paradise praise precise premise promise raise reprise revise supervise "
    "surmise surprise televise treatise turquoise"
)

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


# --- names ----------------------------------------------------------------------------------------

# A country and what its people and things are called; for names only, never in the text.
_PEOPLES = {
    "us": "american, americans",
    "uk": "british, briton, britons",
    "north korea": "north korean, north koreans",
    "south korea": "south korean, south koreans",
    "northern ireland": "northern irish",
    "saudi arabia": "saudi saudis",
    "new zealand": "kiwis",
    "south africa": "south african, south africans",
    "south sudan": "south sudanese",
    "north dakota": "",
    "south dakota": "",
    "afghanistan": "afghan, afghans",
    "argentina": "argentine, argentinian, argentines",
    "armenia": "armenian, armenians",
    "australia": "australian, australians",
    "austria": "austrian, austrians",
    "azerbaijan": "azerbaijani, azeri",
    "bangladesh": "bangladeshi, bangladeshis",
    "belarus": "belarusian, belarusians",
    "belgium": "belgian, belgians",
    "brazil": "brazilian, brazilians",
    "bulgaria": "bulgarian",
    "canada": "canadian, canadians",
    "chile": "chilean, chileans",
    "china": "chinese",
    "colombia": "colombian, colombians",
    "cuba": "cuban, cubans",
    "denmark": "danish, danes",
    "egypt": "egyptian, egyptians",
    "ethiopia": "ethiopian, ethiopians",
    "finland": "finnish, finns",
    "france": "french",
    "georgia": "georgian, georgians",
    "germany": "german, germans",
    "greece": "greek, greeks",
    "hungary": "hungarian, hungarians",
    "india": "indian, indians",
    "indonesia": "indonesian, indonesians",
    "iran": "iranian, iranians",
    "iraq": "iraqi, iraqis",
    "ireland": "irish",
    "israel": "israeli, israelis",
    "italy": "italian, italians",
    "japan": "japanese",
    "jordan": "jordanian, jordanians",
    "kenya": "kenyan, kenyans",
    "lebanon": "lebanese",
    "libya": "libyan, libyans",
    "malaysia": "malaysian, malaysians",
    "mexico": "mexican, mexicans",
    "moldova": "moldovan, moldovans",
    "myanmar": "burmese, burma",
    "nigeria": "nigerian, nigerians",
    "norway": "norwegian, norwegians",
    "pakistan": "pakistani, pakistanis",
    "palestine": "palestinian, palestinians",
    "peru": "peruvian, peruvians",
    "philippines": "philippine, filipino, filipinos",
    "poland": "polish, poles",
    "portugal": "portuguese",
    "qatar": "qatari, qataris",
    "romania": "romanian, romanians",
    "russia": "russian, russians",
    "serbia": "serbian, serbs",
    "singapore": "singaporean",
    "somalia": "somali, somalis",
    "spain": "spanish, spaniards",
    "sudan": "sudanese",
    "sweden": "swedish, swedes",
    "switzerland": "swiss",
    "syria": "syrian, syrians",
    "taiwan": "taiwanese",
    "thailand": "thai, thais",
    "tunisia": "tunisian, tunisians",
    "turkey": "turkish, turks",
    "ukraine": "ukrainian, ukrainians",
    "venezuela": "venezuelan, venezuelans",
    "vietnam": "vietnamese",
    "yemen": "yemeni, yemenis",
}
PLACES: dict[tuple[str, ...], str] = {
    tuple(form.split()): place.replace(" ", "")
    for place, people in _PEOPLES.items()
    for form in (place, *people.split(", "))
    if form
}

COUNTRIES = frozenset(PLACES.values())

# Where in a country something is: “northern Ruritania” names no more than “Ruritania”.
COMPASS = words("north south east west northern southern eastern western central")

# Capitalised in headlines, yet they name nobody.
NOT_NAMES = (
    STOPWORDS
    | WEEKDAYS
    | frozenset(MONTHS)
    | words(
        "pm mp mps ceo cfo tv dr mr mrs ms sir gop fm jcs vip diy faq ok president minister "
        "prime king queen prince judge police court senate congress house i'm it's"
    )
)

# Outlets whose name is put after (or before) a headline. Folded: lower case, letters and digits.
OUTLETS = words(
    "abc afp aljazeera ap axios bbc bloomberg bloombergcom cgtn cnbc cnn dw economist "
    "euronews ft guardian haaretz huffpost msn msnbc newsweek npr nyt nytimes politico "
    "reuters rferl rfi rt scmp sputnik tass telegraph time voa vox wired wsj xinhua yonhap"
) | {
    "38 north",
    "abc news",
    "al jazeera",
    "al jazeera english",
    "ap news",
    "ars technica",
    "associated press",
    "bbc news",
    "bbc sport",
    "business insider",
    "buzzfeed news",
    "cbc news",
    "cbs news",
    "cnn politics",
    "ctv news",
    "daily mail",
    "financial times",
    "foreign policy",
    "fox news",
    "france 24",
    "global times",
    "google news",
    "hindustan times",
    "jerusalem post",
    "korea herald",
    "kyodo news",
    "la times",
    "los angeles times",
    "mail online",
    "nbc news",
    "new york times",
    "nikkei asia",
    "nk news",
    "pbs newshour",
    "rt world news",
    "sky news",
    "south china morning post",
    "the atlantic",
    "the daily beast",
    "the economist",
    "the guardian",
    "the hill",
    "the hindu",
    "the independent",
    "the japan times",
    "the jerusalem post",
    "the korea herald",
    "the korea times",
    "the new york times",
    "the telegraph",
    "the times",
    "the times of israel",
    "the verge",
    "the wall street journal",
    "the washington post",
    "times of israel",
    "usa today",
    "vice news",
    "voa news",
    "washington post",
    "yahoo news",
    "yonhap news",
    "yonhap news agency",
}


# --- contradictions -------------------------------------------------------------------------------


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
    "a death": forms("die kill slay murder assassinate") | words("dying dead death deaths slain"),
    "an arrest": forms("arrest detain capture") | words("custody"),
    "a charge": forms("charge indict") | words("indictment indictments"),
    "a verdict": forms("convict acquit sentence jail") | words("guilty verdict verdicts"),
    "an exit": forms("resign quit oust sack") | words("resignation"),
    "a win": forms("win elect") | words("won victory champion champions"),
    "a confirmation": forms("confirm"),
    "a launch": forms("launch"),
    "a deal": words("deal deals agreement agreements accord accords pact pacts"),
    "a withdrawal": forms("withdraw") | words("withdrew withdrawn withdrawal pullout"),
    "a landfall": frozenset({"landfall"}),
    "a failure": forms("fail failure collapse"),
    "an end": forms("end conclude finish"),
    "a start": forms("begin began begun start resume restart reopen"),
    "a halt": forms("suspend halt stop pause cancel scrap abandon postpone delay freeze froze"),
    "a reversal": forms("lift ease rescind revoke reverse retract overturn waive"),
    "a denial": forms("deny reject refuse refute dispute exclude block ban prevent avert"),
}

# Nouns among these: not reached by being planned, yet no verb that could be.
NOUNS = words(
    "dead death deaths custody indictment indictments guilty verdict verdicts resignation "
    "victory champion champions deal deals agreement agreements accord accords pact pacts "
    "withdrawal pullout landfall failure"
)

# By which an agreement is reached: talks on a deal are none.
SETTLED = forms(
    "sign agree reach clinch seal ink secure ratify finalise finalize conclude"
) | words("strike strikes struck")
AGREEMENTS = MILESTONES["a deal"] | words("treaty treaties truce ceasefire settlement")

# Before “against” they say the same without it.
AGAINST_ANYWAY = forms(
    "protest demonstrate fight battle war campaign struggle march sanction lawsuit charge crime "
    "offensive violence complain complaint appeal revolt attack strike sue claim allegation case"
) | words("fought offensive uprising discrimination")

# Beside a word that changes they ask for a toll of one event, which rises.
TOLL = words(
    "dead death deaths toll die dies died dying kill kills killed killing injured injures injuring "
    "wounded wounds hurt missing casualties victims fatalities cases infected displaced evacuated "
    "homeless trapped rescued"
)

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
PLANNED = (
    forms("threaten plan expect prepare vow pledge promise intend aim seek propose urge")
    | words(
        "will would set due poised ready about should must if unless when until sought "
        "close near nears loom looms looming brink readies ahead"
    )
    | forms("brace approach await")
)

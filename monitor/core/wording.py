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

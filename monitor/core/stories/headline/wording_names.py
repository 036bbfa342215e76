"""Names that matter when two headlines are compared: tables only, each name in one place.

Must never decide anything. Countries with their peoples, outlets, and what is capitalised without
naming anybody.
"""

from monitor.core.stories.headline.wording import MONTHS, STOPWORDS, WEEKDAYS, words

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

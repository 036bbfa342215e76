"""What each form of the watchlist language finds in a headline, case by case."""
# ruff: noqa: RUF001 - letters of other scripts are what is tested

import pytest

from monitor.core.language.match.matcher import match
from monitor.core.language.watch.compiler import compile_watch
from tests import build

# phrase, headline, and the pieces that must be found in order of place; () for no match.
PLAIN = [
    ("liaison office", "North quits liaison office", ("liaison office",)),
    ("liaison office", "North quits the Liaison\u00a0Office", ("Liaison\u00a0Office",)),
    ("liaison office", "Liaison officer quits office", ()),
    ("liaison office", "Talks on liaison. Office reopens", ()),
    ("sanctions", "New sanctions and old sanctions", ("sanctions", "sanctions")),
    ("North Korea", "North Korea talks on North Korea", ("North Korea", "North Korea")),
    ("Korea talks", "North Korea talks fail", ("Korea talks",)),
    ("Paris, France", "Envoys meet in Paris, France", ("Paris, France",)),
    ("Paris France", "Envoys meet in Paris, France", ("Paris, France",)),
    ("St. Louis", "Flood reaches St. Louis at night", ("St. Louis",)),
    ("Co. Ltd", "Shipper Haeyang Co. Ltd fined", ("Co. Ltd",)),
    ("Kim Chol", "He met Kim. Chol left", ()),
    ("N. Korea*", "N. Korean envoy lands", ("N. Korean",)),
    ("N. Korea*", "N.Korea fires again", ("N.Korea",)),
    ("N. Korea*", "N Korea fires again", ("N Korea",)),
    ("NKorea*", "NKorean ship held", ("NKorean",)),
    ("envoy", "Envoy\u2019s plane lands", ("Envoy",)),
    ("envoy", "ENVOY'S PLANE LANDS", ("ENVOY",)),
    ("workers", "Workers' march grows", ("Workers",)),
    ("5G", "Vendor barred from 5G network", ("5G",)),
    ("1,000", "Over 1000 march", ("1000",)),
    ("1000", "Over 1,000 march", ("1,000",)),
    ("3.5", "Grew by 3.5 per cent", ("3.5",)),
    ("3.5", "Grew by 35 per cent", ()),
    ("AT&T", "Regulator sues AT&T again", ("AT&T",)),
    ("treaty", "\U0001f680 Treaty \U0001f91d signed", ("Treaty",)),
]
INFLECTED = [
    ("suspend talks", "Both sides suspended talks", ("suspended talks",)),
    ("suspend talks", "Suspending a talk is easy", ()),
    ("sanction", "Council sanctioned three firms", ("sanctioned",)),
    ("met", "Envoys will meet again", ("meet",)),
    ("unit", "A united front holds", ()),
    ("airstrike", "Airstrikes hit the port", ("Airstrikes",)),
    ("reimposition", "Reimpositions follow", ("Reimpositions",)),
    ("denuclearize", "Vow to denuclearize; denuclearized zone", ("denuclearize", "denuclearized")),
    ('"talks"', "A talk on talks", ("talks",)),
    ("Hamas", "The hama tree", ()),
    ("Laos", "A lao word", ()),
    ("Iran", "Iranian ship seized", ()),
    ("Iran", "IRAN SHIP SEIZED", ("IRAN",)),
    ("ICBM", "Two ICBMs and an icbm", ("ICBMs", "icbm")),
    ("news", "New plans", ()),
    ("step-by-step", "A step-by-step deal", ("step-by-step",)),
    ("us", "They tell us more", ("us",)),
]
MARKED = [
    ("sanction*", "Sanctioning and sanctions", ("Sanctioning", "sanctions")),
    ("sanction*", "Sancti is no word", ()),
    ("denuclear*", "De-nuclearisation stalls", ("De-nuclearisation",)),
    ("de-escalat*", "Sides de-escalate at last", ("de-escalate",)),
    ("de-escalat*", "Sides deescalate at last", ("deescalate",)),
    ("de-escalat*", "Sides de\u2011escalate at last", ("de\u2011escalate",)),
    ("dim-*", "A dim-witted remark", ("dim",)),
    ("dim-*", "Hopes diminish", ()),
    ("gangster*", "A gangster-like demand", ("gangster",)),
    ("=Sunday", "On Sunday, the sunday paper", ("Sunday",)),
    ("=sunday", "On Sunday, the sunday paper", ("sunday",)),
    ("=talks", "Talks on talks: a talk", ("talks",)),
    ("=Jong-un", "Kim Jong-un and Kim Jong-Un", ("Jong-un",)),
    ('"new sanctions"', "New sanctions, newer sanctions", ("New sanctions",)),
    ('new "sanctions"', "Newer sanctions, newer sanction", ("Newer sanctions",)),
    ("\u201cliaison office\u201d", "The liaison office", ("liaison office",)),
    ('"Trump - Kim"', "Trump-Kim letters", ("Trump-Kim",)),
]
CASE = [
    ("US", "US envoy lands", ("US",)),
    ("US", "Tell us more", ()),
    ("US", "U.S. envoy lands", ("U.S.",)),
    ("US", "An envoy of the U.S. lands", ("U.S.",)),
    ("US", "The envoy left the US.", ("US",)),
    ("U.S.", "US and U.S. but not us", ("US", "U.S.")),
    ("u.s.", "US and U.S. but not us", ("US", "U.S.")),
    ("US", "TELL US MORE", ()),
    ("US", "TELL U.S. MORE", ("U.S.",)),
    ("=US", "TELL US MORE", ()),
    ("WHO", "Who asked the WHO", ("WHO",)),
    ("IT", "It is an IT fault", ("IT",)),
    ("AID", "Aid arrives without AID", ("AID",)),
    ("AID", "AIDS drugs arrive", ()),
    ("UN", "Un vote \u00e0 l'UN", ("UN",)),
    ("UN", "Kim Jong-un and Kim Jong Un", ()),
    ("NATO", "Nato, NATO and nato", ("Nato", "NATO", "nato")),
    ("Polish", "Polish polish", ("Polish", "polish")),
    ("D.C.", "Meeting in DC and D.C.", ("DC", "D.C.")),
]
EITHER = [
    ("this week|next week", "Talks next week", ("next week",)),
    (
        "talks .. this week|next week|within weeks",
        "Within weeks, new talks",
        ("Within weeks", "talks"),
    ),
    ("talks .. this week|next week|within weeks", "Talks in weeks", ()),
    ("third|another .. summit", "Summit: a third one", ("Summit", "third")),
    ("a deal|pact | accord", "The accord stands", ("accord",)),
    ("rocket|missile .. site|facility", "Site of the rocket", ("Site", "rocket")),
    ("off the table|dead", "Deal is off the table", ("off the table",)),
    ("nuclear test .. detected", "Detected: a nuclear test", ("Detected", "nuclear test")),
    ("eas*|lift* .. sanctions", "Sanctions eased", ("Sanctions", "eased")),
]
TOGETHER = [
    ("talks .. halted", "Halted. No more talks", ("Halted", "talks")),
    ("a1 .. b1 .. c1", "c1 then a1 then b1", ("c1", "a1", "b1")),
    ("a1 .. b1 .. c1", "c1 then a1", ()),
    ("test* .. testing", "Testing again", ()),
    ("test* .. testing", "Tests and testing", ("Tests", "testing")),
    ("talks NEAR/2 Seoul", "Talks open in Seoul", ("Talks", "Seoul")),
    ("talks NEAR/1 Seoul", "Talks open in Seoul", ()),
    ("talks NEAR/0 Seoul", "Seoul talks", ("Seoul", "talks")),
    ("talk* NEAR/5 talks", "Talks go on", ()),
    ("peace talks NEAR/3 new round", "New round of peace talks", ("New round", "peace talks")),
    ("talks NEAR/3 (Seoul OR Busan)", "Busan hosts talks", ("Busan", "talks")),
]
LOGIC = [
    ("talks AND Seoul", "Seoul hosts talks", ("Seoul", "talks")),
    ("talks AND Seoul", "Busan hosts talks", ()),
    ("talks OR Seoul", "Seoul waits", ("Seoul",)),
    ("talks AND NOT Seoul", "Busan hosts talks", ("talks",)),
    ("talks AND NOT Seoul", "Seoul hosts talks", ()),
    ("talks AND NOT (Seoul OR Busan)", "Busan hosts talks", ()),
    ("talks OR Seoul AND Busan", "Talks go on", ("Talks",)),
    ("(talks OR Seoul) AND Busan", "Talks go on", ()),
    ("title:talks", "Talks go on", ("Talks",)),
    ("summary:talks", "Talks go on", ()),
    ("title: talks .. Seoul", "Seoul hosts talks", ("Seoul", "talks")),
    ("outlet:Reuters AND talks", "Talks go on", ("Talks",)),
    ("outlet:BBC AND talks", "Talks go on", ()),
    ("talks AND NOT title:Seoul", "Seoul hosts talks", ()),
    ("oil and gas", "Oil and gas fields", ("Oil and gas",)),
]
ACCENTS = [
    ("Erdogan", "Erdo\u011fan\u2019s party", ("Erdo\u011fan",)),
    ("Erdo\u011fan", "Erdogan speaks", ("Erdogan",)),
    ("Istanbul", "\u0130stanbul votes", ("\u0130stanbul",)),
    ("Muller", "M\u00fcller resigns", ("M\u00fcller",)),
    ("Muller", "Mu\u0308ller resigns", ("Mu\u0308ller",)),
    ("Strasse", "Die Stra\u00dfe brennt", ("Stra\u00dfe",)),
    ("Lodz", "\u0141\u00f3d\u017a protests", ("\u0141\u00f3d\u017a",)),
    ("Orsted", "\u00d8rsted sells", ("\u00d8rsted",)),
    ("O'Brien", "O\u2019Brien and O\u02bcBrien", ("O\u2019Brien", "O\u02bcBrien")),
    ("nuclear", "A nu\u00adclear plant", ("nu\u00adclear",)),
    ("office", "The o\ufb03ce reopens", ("o\ufb03ce",)),
    ("Iran", "\uff29\uff32\uff21\uff2e news", ("\uff29\uff32\uff21\uff2e",)),
    ("Jong Un", "Jong\u2013Un, Jong-Un, Jong\u2014Un", ("Jong\u2013Un", "Jong-Un", "Jong\u2014Un")),
    ("Iran", "Washington menace l'Iran", ("Iran",)),
    ("Onu", "Voto all\u2019Onu", ("Onu",)),
    (
        "\u0391\u03b8\u03b7\u03bd\u03b1",
        "\u0397 \u0391\u03b8\u03ae\u03bd\u03b1 \u03c8\u03b7\u03c6\u03af\u03b6\u03b5\u03b9",
        ("\u0391\u03b8\u03ae\u03bd\u03b1",),
    ),
    ("Viet Nam", "Vi\u1ec7t Nam h\u1ecdp", ("Vi\u1ec7t Nam",)),
]
SCRIPTS = [
    # Russian and Ukrainian: prefix by hand; й and ї are letters, ё and stress are not.
    ("санкци*", "Новые санкции против КНДР", ("санкции",)),
    ("санкции", "Новые Санкции", ("Санкции",)),
    ("Королев", "Королёв объявил", ("Королёв",)),
    ("мой", "мои планы", ()),
    ("Київ", "Київ \u0456 Киів", ("Київ",)),
    ("замок", "за\u0301мок и зам\u043e\u0301к", ("за\u0301мок", "зам\u043e\u0301к")),
    # Chinese and Japanese: no spaces, and no reading of one word as another.
    ("制裁", "美国宣布新制裁措施", ("制裁",)),
    ("朝鲜", "美国制裁朝鲜核计划", ("朝鲜",)),
    ("北京", "故事的背景", ()),
    ("制裁 .. 朝鲜", "朝鲜谴责制裁", ("朝鲜", "制裁")),
    ("核*", "朝鲜核试验", ("核",)),
    ("US", "US制裁继续", ("US",)),
    ("北朝鮮", "北朝鮮がミサイル発射", ("北朝鮮",)),
    ("ミサイル", "北朝鮮がミサイル発射", ("ミサイル",)),
    ("ガス", "天然\uff76\uff9e\uff7d価格", ("\uff76\uff9e\uff7d",)),
    ("*제재", "대북제재를 완화", ("대북제재를",)),
    ("제재", "대북제재를 완화", ()),
    # Signs belong to the word before them.
    ("OPEC+", "Opec+'s cut, not OPEC's", ("Opec+",)),
    ("OPEC", "OPEC+ agrees", ("OPEC+",)),
    ("C++", "Written in C++, not C", ("C++",)),
    ("C#", "C# and the note C", ("C#",)),
    ("a b", "A+B", ("A+B",)),
    # Korean: particles hang on to the noun.
    ("북한", "북한은 미사일을 발사했다", ("북한은",)),
    ("미사일", "북한은 미사일을 발사했다", ("미사일을",)),
    ('"북한"', "북한은 발사했다", ()),
    ("북한", "탈북한 사람", ()),
    ("CNN", "CNN은 보도했다", ("CNN",)),
    ("정상회담*", "남북정상회담 정상회담이", ("정상회담이",)),
    # Thai, Arabic, Hebrew, Hindi, Persian.
    ("เกาหลีเหนือ", "ผู้นำเกาหลีเหนือพบทรัมป์", ("เกาหลีเหนือ",)),
    ("العقوبات", "رفع العقوبات عن إيران", ("العقوبات",)),
    ("العقوبات", "التفاوض بالعقوبات والعقوبات وللعقوبات", ("بالعقوبات", "والعقوبات", "وللعقوبات")),
    ("إيران", "وايران ترد", ("وايران",)),
    ("عقوبات", "فرض عُقُوبات جديدة", ("عُقُوبات",)),
    ("ایران", "سفر به ایران", ("ایران",)),
    ("איראן", "סנקציות על אִירָאן", ("אִירָאן",)),
    ("कोरिया", "उत्तर कोरिया ने कहा", ("कोरिया",)),
    ("कोर", "उत्तर कोरिया ने कहा", ()),
]
CASES = [
    *PLAIN,
    *INFLECTED,
    *MARKED,
    *CASE,
    *EITHER,
    *TOGETHER,
    *LOGIC,
    *ACCENTS,
    *SCRIPTS,
]


def test_the_table_is_large_enough() -> None:
    """At least 120 cases, at least 25 of them not English, none twice."""
    assert len(CASES) >= 120
    assert len(SCRIPTS) >= 25
    assert len({(phrase, title) for phrase, title, _ in CASES}) == len(CASES)


@pytest.mark.parametrize(("phrase", "title", "found"), CASES)
def test_a_phrase_finds_exactly_these_pieces(
    phrase: str, title: str, found: tuple[str, ...]
) -> None:
    watch = compile_watch([build.question(indicators=(build.indicator("i", phrase),))])

    matches = match(build.entry(title=title), watch).matches

    assert tuple(title[s.start : s.end] for m in matches for s in m.spans) == found
    assert bool(matches) == bool(found)


@pytest.mark.parametrize(
    ("phrase", "summary", "hits"),
    [
        ("talks .. halted", "Talks began. They were halted on Monday.", False),
        ("talks .. halted", "The talks, begun on Monday, were halted.", True),
        ("talks NEAR/9 halted", "Talks began today. Halted trains moved.", False),
        ("talks .. halted", "Talks began\nHalted trains moved", False),
        ("talks .. halted", "Talks in Washington, D.C. were halted.", True),
        ("talks .. halted", "Envoy Lee of U.N. Korea talks says all is halted.", True),
        ("talks AND halted", "Talks began. They were halted on Monday.", True),
        ("summary:talks", "Talks began.", True),
        ("body:talks", "Talks began.", True),
        ("title:talks", "Talks began.", False),
        ("envoys .. talks", "Talks began.", False),
    ],
)
def test_in_a_summary_parts_must_share_a_sentence(phrase: str, summary: str, hits: bool) -> None:
    watch = compile_watch([build.question(indicators=(build.indicator("i", phrase),))])

    matched = match(build.entry(title="Envoys land", summary=summary), watch)

    assert bool(matched.matches) == hits

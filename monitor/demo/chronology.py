"""The demo's news: what three outlets published between 20 February and 26 March 2019.

Headlines and leads are our own words, after the public history of those weeks. Must stay a plain
table: rendering, serving and matching happen elsewhere.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

REUTERS, NPR, BBC = "Reuters", "NPR", "BBC"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One published item. `retitled` replaces the headline from `retitled_at` on; `bumped_at` is
    when the BBC publishes it again unchanged, under a guid with the next number.
    """

    at: datetime
    outlet: str
    slug: str
    title: str
    lead: str
    retitled: str = ""
    retitled_at: datetime | None = None
    bumped_at: datetime | None = None


def _at(stamp: str) -> datetime:
    return datetime.strptime(f"2019-{stamp}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)


def _item(
    stamp: str,
    outlet: str,
    slug: str,
    title: str,
    lead: str,
    *,
    retitled: tuple[str, str] | None = None,
    bumped: str = "",
) -> Item:
    return Item(
        at=_at(stamp),
        outlet=outlet,
        slug=slug,
        title=title,
        lead=lead,
        retitled=retitled[1] if retitled else "",
        retitled_at=_at(retitled[0]) if retitled else None,
        bumped_at=_at(bumped) if bumped else None,
    )


# One wire text, carried by all three: counted once.
COLLAPSE = "Hanoi summit collapses as US and North Korea fail to agree on sanctions"
SHIPPERS = "US imposes new sanctions on two Chinese shipping firms over North Korea trade"
PULLOUT = "North Korea withdraws its staff from liaison office with the South"

ITEMS: tuple[Item, ...] = (
    # Before watching began: in the feeds at the first poll, stored, never told.
    _item("02-16 14:05", NPR, "one-hit", 'Museum of rock & roll opens a "one-hit" room', "Forty songs, and the singers nobody remembers."),
    _item("02-17 10:00", BBC, "last-may", "How North Korea suspended talks with Seoul last May, and came back", "A look at a pause that lasted two weeks."),
    _item("02-18 09:10", REUTERS, "envoys-fly", "Envoys fly to Hanoi to prepare second summit of Trump and Kim", "Protocol teams and negotiators arrive ahead of the leaders."),
    _item("02-18 15:30", BBC, "vietnam-ready", "Vietnam gets ready for a summit with North Korea's Kim Jong-un", "Hotels, flags and road closures in the capital."),
    _item("02-18 19:00", REUTERS, "sohae-promise", "Sohae, the launch site North Korea promised to dismantle", "Experts were to watch; none has been invited."),
    _item("02-19 08:00", NPR, "what-to-expect", "What to expect when Trump meets Kim Jong Un again", "Three questions about the second meeting."),
    _item("02-19 11:45", BBC, "cup-draw", "Quarter-final draw pairs two former winners", "The first legs are played in April."),
    _item("02-19 16:30", NPR, "snow-day", "Snow closes schools across three states", "More is expected overnight."),
    _item("02-19 20:15", REUTERS, "oil-up", "Oil edges up as output cuts take hold", "Traders weigh supply against slower growth."),
    _item("02-19 22:50", REUTERS, "moon-offer", "Moon offers Trump joint projects with the North as a reward for disarmament steps", "Railways and a factory park could be a way to say thank you, Seoul suggests."),
    _item("02-20 04:30", BBC, "ferry", "Island ferry sails again after a month of repairs", "Shops had begun to run short."),
    # The build-up.
    _item("02-21 07:20", REUTERS, "biegun-hanoi", "US envoy Biegun begins working-level talks with North Korea in Hanoi", "The two sides have a week to draft a text for their leaders."),
    _item("02-21 13:05", BBC, "biegun-hanoi-bbc", "North Korea nuclear: envoys meet in Hanoi before summit", "Negotiators are seen entering a hotel near the lake."),
    _item("02-22 10:30", NPR, "senate-budget", "Senate committee puts off budget vote until March", "Leaders from both parties blame the calendar."),
    _item("02-23 06:50", REUTERS, "recall", "Carmaker recalls vans over a brake fault", "Owners are asked to visit a workshop."),
    _item("02-23 09:40", BBC, "kim-train", "Kim Jong-un leaves Pyongyang by train for Vietnam", "The journey takes more than two days."),
    _item("02-24 16:00", REUTERS, "no-hurry", "Trump says he is in no hurry as long as North Korea does not test", "The president lowers expectations before the meeting."),
    _item("02-25 11:15", NPR, "freeze-idea", "US may ease some sanctions on North Korea for a nuclear freeze, officials hint", "A step-by-step deal is one of the ideas on the table."),
    _item("02-26 08:50", BBC, "derby", "Late goal settles a heated derby", "The visitors had led until the final minutes."),
    _item("02-26 09:30", REUTERS, "jets", "Airline orders forty regional jets", "Deliveries begin in two years."),
    _item("02-26 22:10", REUTERS, "stocks-flat", "Stocks end flat as investors await jobs figures", "Volumes were thin for a second day."),
    # The summit without an agreement.
    _item("02-28 07:35", REUTERS, "hanoi-collapse", COLLAPSE, "The leaders left early and signed nothing; each side blames the other's demands."),
    _item("02-28 08:40", NPR, "hanoi-collapse-npr", f"{COLLAPSE} | Reuters", "The leaders left early and signed nothing; each side blames the other's demands."),
    _item("02-28 09:25", BBC, "hanoi-collapse-bbc", f"{COLLAPSE} - Reuters", "The leaders left early and signed nothing; each side blames the other's demands.", bumped="02-28 14:00"),
    _item("02-28 12:10", NPR, "walked", "Why Trump walked out on Kim Jong Un in Hanoi", "The North wanted most penalties gone; the offer in return was one site."),
    _item("03-01 06:30", BBC, "partial-relief", "North Korea says it asked only for partial relief", "A rare midnight briefing disputes the American account."),
    _item("03-01 12:00", REUTERS, "orders", "Factory orders fall for a third month", "Exporters blame weak demand."),
    _item("03-02 14:20", REUTERS, "drills-end", "US and South Korea end large spring military drills to help diplomacy with North Korea", "Smaller exercises will take their place."),
    _item("03-03 09:00", BBC, "floods", "Thousands flee floods after a week of rain", "Rivers are expected to crest on Tuesday."),
    _item("03-04 10:15", REUTERS, "grain", "Grain prices slip on hopes for rain", "Farmers finish sowing within days."),
    # The launch site.
    _item("03-05 21:15", REUTERS, "sohae-rebuild", "North Korea rebuilds parts of Sohae rocket launch site, satellite images show", "Work on the launch pad and the engine stand began before the summit ended."),
    _item("03-06 07:50", NPR, "sohae-npr", "North Korea Rebuilds Parts Of Sohae Rocket Launch Site, Satellite Images Show", "Work on the launch pad and the engine stand began before the summit ended."),
    _item("03-06 10:05", BBC, "tongchang", "Images show work at North Korea's Tongchang-ri rocket site", "Analysts say the site looks ready for use again.", retitled=("03-06 16:00", "North Korea's Tongchang-ri rocket site 'operational again', analysts say")),
    _item("03-07 18:30", REUTERS, "disappointed", "Trump would be very disappointed if reports on North Korea site are true", "The president says it is too early to tell."),
    _item("03-08 12:40", NPR, "could-launch", "North Korea could launch a satellite, images of second facility suggest", "Vehicles are seen at a factory near the capital."),
    _item("03-09 08:15", BBC, "snooker", "Champion out in first round of the Players' Open", "A qualifier wins five frames in a row."),
    _item("03-09 16:10", REUTERS, "gold", "Gold steadies as the dollar gives up gains", "Traders expect a quiet week."),
    _item("03-11 15:25", REUTERS, "biegun-all", "US will not ease sanctions on North Korea step by step, envoy says", "Nothing is agreed until everything is agreed, he tells a conference."),
    _item("03-12 09:55", BBC, "un-panel", "UN panel: North Korea evades shipping limits with ship-to-ship transfers", "The yearly report lists tankers and coal carriers."),
    _item("03-13 10:40", REUTERS, "brexit", "Parliament votes again on Brexit as the deadline nears", "Members are to say whether they would leave without a treaty."),
    _item("03-13 19:10", NPR, "grounded", "Airlines ground a new jet after its second crash", "Regulators around the world act within two days."),
    _item("03-14 11:00", REUTERS, "rates-hold", "Central bank holds rates, sees slower year", "The decision was unanimous."),
    # Pyongyang threatens to stop talking.
    _item("03-15 05:45", REUTERS, "may-suspend", "North Korea may suspend nuclear talks with US, senior diplomat says", "Choe Son Hui says the leader will decide soon whether to go on."),
    _item("03-15 07:10", BBC, "may-suspend-bbc", "North Korea considers suspending talks with 'gangster-like' US", "A deputy minister speaks to diplomats in the capital."),
    _item("03-15 14:30", NPR, "pompeo-hopes", "Pompeo says he hopes to go on talking to North Korea", "The secretary of state plays down the remarks."),
    _item("03-15 16:20", REUTERS, "eu-sanctions", "EU extends sanctions over Ukraine by six months", "Travel bans and frozen accounts stay in place."),
    _item("03-17 10:20", BBC, "rugby", "Six nations title decided on the last day", "Rain did not spoil the party."),
    _item("03-17 12:30", REUTERS, "banks", "Two German banks confirm talks on a merger", "Unions fear for thousands of jobs."),
    _item("03-18 16:45", REUTERS, "moon-bridge", "Seoul offers to bridge gap amid stalled talks between US and North Korea", "An adviser says it is the South's turn to mediate."),
    _item("03-19 13:00", NPR, "storm", "Storm knocks out power to half a million homes", "Crews expect to work through the weekend."),
    _item("03-20 09:30", REUTERS, "cyclone", "Rescuers reach towns cut off by a cyclone in Mozambique", "Helicopters bring water and lift people from roofs."),
    # New sanctions, and the pull-out from the liaison office.
    _item("03-21 18:20", REUTERS, "shippers", SHIPPERS, "The Treasury says the firms helped the North around limits on oil & coal."),
    _item("03-21 19:30", NPR, "shippers-npr", f"{SHIPPERS} | Reuters", "The Treasury says the firms helped the North around limits on oil & coal."),
    _item("03-21 20:55", BBC, "shippers-bbc", SHIPPERS, "The Treasury says the firms helped the North around limits on oil & coal."),
    _item("03-22 05:40", REUTERS, "pullout", PULLOUT, "Seoul regrets the step and asks for an early return."),
    _item("03-22 06:35", NPR, "pullout-npr", f"{PULLOUT} | Reuters", "Seoul regrets the step and asks for an early return."),
    _item("03-22 07:05", BBC, "pullout-bbc", f"{PULLOUT} - Reuters", "Seoul regrets the step and asks for an early return."),
    _item("03-22 15:10", NPR, "iran-sanctions", "US imposes new sanctions on Iran's nuclear researchers", "The Treasury names thirty-one people and bodies."),
    _item("03-22 17:25", REUTERS, "tweet", "Trump says he orders withdrawal of additional North Korea sanctions", "Aides are surprised by a message on social media."),
    _item("03-22 18:40", BBC, "tweet-bbc", "Trump reverses new North Korea sanctions in a tweet", "It was not clear at first which measures he meant."),
    _item("03-23 12:00", NPR, "tweet-npr", "Confusion after Trump cancels North Korea sanctions his own Treasury announced", "The White House says the president likes the North's leader."),
    _item("03-24 02:10", REUTERS, "thai-vote", "Thailand votes for the first time since a coup", "Polling stations close in the afternoon."),
    _item("03-24 09:30", BBC, "marathon", "Thousands run the spring marathon in mild weather", "A local teacher takes third place."),
    # The return, and the pause.
    _item("03-25 05:50", REUTERS, "return", "Some North Korean staff return to liaison office after three days", "Weekly meetings resume, the South says."),
    _item("03-25 06:20", BBC, "return-bbc", "North Korean staff return to Kaesong liaison office after a short absence", "About half of the usual number came to work."),
    _item("03-25 21:00", NPR, "seoul-cafe", "A café in Seoul where families wait for letters from the North", "The owner keeps a wall of photographs."),
    _item("03-26 13:15", REUTERS, "no-more", "Trump decides no more North Korea sanctions for now, official says", "Further measures were ready and have been put aside."),
    _item("03-26 14:05", NPR, "no-more-npr", "Trump Decides No More North Korea Sanctions For Now, Official Says", "Further measures were ready and have been put aside."),
    _item("03-26 15:10", BBC, "no-more-bbc", "Trump decides no more North Korea sanctions for now, official says - Reuters", "Further measures were ready and have been put aside."),
    _item("03-26 17:30", BBC, "election", "Polls open in a close regional election", "Turnout was high by noon."),
)  # fmt: skip

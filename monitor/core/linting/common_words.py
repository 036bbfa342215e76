"""The words that stand in most headlines, the most frequent first: what a prefix finds besides.

Counted over the headlines and leads of the shared data of 2012 to 2024, words of the
dictionary alone; 4,378 of them, folded. Nothing but their order is taken from there.
"""

from typing import Final

COMMON: Final = """
    north with says after from that nuclear latest olympic will over president south china first
    news deal gold have korean sanctions summit talks more military said house about japan games
    against year world what test wins state could this than debt into team former their people
    women live site open leader threat report russian government time years athletes they opening
    missile would officials country white amid last police post ceremony ceiling chinese week
    during earthquake three court down when tests which before medal back ahead between high
    meeting positive still turkey attack agreement should make since meet states bill killed some
    despite just next senate national media public there record united support city watch leaders
    under according ever judo take administration claims impeachment most pence second minister
    morning republican security death politics show while federal other five case health
    republicans best election month warns help basketball skateboarding updates calls home official
    sports strike long morocco speaker final free made inquiry vote emails party village found
    iranian plans here days another four historic political presidential americans begin nukes dead
    storm data need reports cases hold know like only wants foreign shows decision daily major
    calif campaign close group start tennis weapons attacks voice economy email least plan
    announced chief work action change expected moon them among away likely rescue stocks takes
    without hill pandemic history move parade congress crisis general global rights told talk
    climate efforts family force largest secretary through west children face good lead where
    concerns making many newsletters again border newsletter sign winter fight guardian office
    accused give intelligence rules visit claim following including press saying tensions defense
    market million missiles stop strong announces around banana months part pressure company early
    experts fire floods limit policy recent very video charges launch ready search spending anti
    died even international mike power prison strikes third much right seeks table threatens files
    full level reported called nuke trade train afternoon also indigenous members quake raise
    supreme woman become democrats keep lawmakers left life mark medals negotiations race released
    thousands biggest department diplomacy events faces interview past peace star struck union used
    biles call comes committee release want countries energy future gulf issues missing must
    warning workers bankruptcy capital economic fall game nearly night reportedly rise season today
    your british continue default european judge nation number remains street working asked bitcoin
    both human league poll trial across ballistic denuclearize find host makes might survivors
    water companies east injured legal loses return risk tells times business conservative drone
    heat held relationship deadly democratic drills follow food helping parliament percent
    ukrainian button credit event fans forces gets line potential powerful shot space cost growing
    nations program school send those using care come deadline emergency getting investigation
    coming israeli near prime staff agency bring broadcasting head hits japanese musk regime story
    alleged army australian briefing building debut half labor look lower match price reach
    response satellite tech troops fears inflation longer series continues facing legislation
    summer term threats accuses evidence guard list service sources arrested authorities because
    dismantle governor less opposition photos statement teams victory bigger charged eastern
    exclusive flooding funding golds great push rare urges virus beats billion candidate google
    hotel increase known northern peninsula persian protest secret shooting social took until weak
    well willing within athlete behind blog halt inside loss moment officer players protests rule
    same saudi sent smith soon testing toll bomb dangerous indian launches possible region remain
    rising safety several step vice beacon drug fighting network play weeks calling cancel citing
    comments control exchange grand justice ruling schools softball think ties vows access
    bipartisan boss crash launched offer rejects sales sport taken taking weekend allies champion
    changes deaths demand discuss football guinea hope huge hundreds living money real ship stage
    turkish voters weather whether address arms bank debate director everything giant green
    highlights hours joint koreans massive mental needs planned really rugby save seeking seen
    suspends volleyball agree black block child dies effort finds fuel groups highest hopes invites
    lives premier round rubble short side sister skateboard things violence young agreed already
    arrest ayatollah begins boost breaking complete confirmed exports guilty later mixed plane
    relief residents revolutionary sets transit western allegations arrives challenge criticism
    decades details holds labour millions olympian opener player role serious trip typhoon wall
    youngest declares different falls girl greens homes lack lost march name once prices questions
    results sexual study swimming these together town anniversary announcement assault beach every
    interest issue leave leaves london message officers order pass review seek speech such
    suspended update warn welcome zone brazilian brown demands development dozens empty escaped
    fires fund hands industry late little majority member miss murder never opens others phone
    pulls raising rate removes running senator spanish stars stay trapped withdrawal area
    artificial battle body coach golden housing killing large macron numbers pentagon place pull
    range rates road senators tropical trying twitter analysis based bronze caused conference
    delegation deserves drones gives gymnastics images join leadership leading local main merger
    primary protect reached rescuers skateboarder slams student technology title ways withdraw
    asian attorney became becomes breaks cluster conditions convicted coverage decade delayed
    denies focus fresh funds further hackers progress question shutdown thing announce areas better
    board chain clear closed club condemns copper criminal defamation forced hard hearing letter
    moves negotiating passed prepares risks scare schedule sites special starts stock survey
    winning agrees annual avoid beat bull coalition cold collapsed community controversial
    coronavirus create cuts earlier euro fear hails increased judoka leaving lose measures mexican
    nine online point relations route stadium steps toward warned activists along asks chair coast
    credits crown damage democracy enough failed families firm journal laws looks memorial metro
    multiple offers protesters refugee rush scientists slam southern abortion analysts burn cancels
    challenges coal collapse commission crowd date disaster dutch front growth hong hunter impact
    lady land leads mass named officially outside palestinian passes preparing referendum reveals
    significant squad suspected system thanks then tunnels unless victims airlines cruise
    devastating elections fast giving hospital mean means planning points process rain rowing
    signed soldiers struggles suspend unlikely upsets adviser appear break classified deep delays
    dismantling door dream expert fake forward having levels middle mountain natural parents
    pipeline pledge pollution private protection raises reelection revealed seven shares signs
    source students suggests swimmer worker abuse anger arrive brought budget buildings
    catastrophic closing diplomatic doping exercises heads illegal injury jobs kicks lawsuit lights
    ministry moving posts probably production proposed pushing resume roundup secure sees sending
    soccer threatened tough tour waiting wanted allowed banks book cannot caucus current defeat
    district earthquakes eight ends extraordinary finals given heavy husband immigration
    information jill keeps linked manager marks ministers mitt pizza polls puts raised regional
    reporter research showed starting stolen tries withdraws aircraft appears avert bans base camp
    capitol caught central changed conflict defence defends denied diplomat document drop
    environmental export false flag flood fourth freestyle liberal mayor mission navy nears
    negotiate operation panel parts poverty prepare prevent projects receive scale services setting
    shots shut siblings slow small spying suspect targets votes worst associated banned came
    claimed clashes closer conservatives counter critical cross decided direct disease exercise
    eyes female financial flame fraud friends holding investors issued lift light looking looms
    love merge minute playing policies popular pretty promises reaches remarks resolution
    retirement returning reveal rival senior sentenced silence spent treasury turned unprecedented
    vehicles watchdog accept african agenda alert appeal attend backs bills blasts captain cars
    cauldron chapter corruption county crimes dams destroyed devastation divided each ending
    endured escape estimates evade flight german girls ground hand higher inbox island muted option
    owner park performance person pride sends share signals silver spotlight tell terms towards
    track trust university view wales weightlifting woes wrong able adjust adults almost apple
    approved attempt average balloon bringing brings build center century chairman congressional
    cover cycling democrat disgraced documents dollars drops elected environment executive faced
    falling fashion feared fell include instead jones markets meets mother ongoing package phase
    plus poses prisoners pulled quietly received reduce reform request returns rises something
    stopped strategic strategy travel turns wife aimed alive attacked baby beyond billionaire
    bloody candidates carrying cause celebrate celebrates commander compete competition concerned
    consider considering council crackdown czech deals debris deputy described desk destroy dispute
    driver dropped education english enters extend failing fails feel firms freedom hurricane
    important imposes improve interference jets journalist kill measure nothing occupied operations
    organization penalty quest related river russians seized standoff surfing talking target
    threaten total tweet underway voted waters winner advocates aims alternative amendment apparent
    appeals authority believe believed boat bombs civil consecutive cooperation coup customers
    display electric failure father field finally funk futures governments guards heart hosting
    impose influence loan needed offering pacific paid parliamentary platform pool products
    propaganda prosecutors recently republic royal safe showing single spectators spoke struggle
    supply teenage teenager tried villages voting accords aide allegedly amazon ambassador
    attention backed backlash blames changing college crime critics declared decline destruction
    detained difficult domestic footage gave gender goal graham harassment jailed journalists lake
    limits lord mistake older papers pension personal pope powers problems pushed read readying
    reasons rescued rest ruled runs scrap sentence ships shock sides situation smoke soldier speak
    spirit stand stops store straight strict stuck surprise teen temperatures training vaccines
    violating worked actions activity added allow appeared believes benefits birthday broad built
    captured cash charge cities claiming colleagues common confirms contract crude drive drugs
    earth exit fifth filed formal guide hacked happened happening himself interests investment
    involved limited magnitude medical mountains newspaper onto passenger policing poor prisoner
    profile provide racism reality reason remove researcher serve spot stalled station strait
    suffered supporters surge syrian text transport treaty truth urge victoria wages whose worried
    worries aftermath agencies alarm allowing analyst apply approach approaches armed banning began
    bond brief businesses cancellation chile chip clash commit committed committees communities
    consequences course culture damaged daughter deeply delay developments ensure envoy especially
    evening extremely facility figures glittering helped hosts included increases increasingly
    investigating jack looming minimum model moments moved murderer naval newspapers nose nursing
    often overseas oversight pace parties partner platforms pledges port prestige problem promised
    province putting racist rally rape recovery releases remote researchers restrictions returned
    rocket saved scene sell severe strength sues trains turn uses violations visits warnings wave
    weigh wind yang account advances affairs affect alien apartment appearance aside blow blue
    broke broken canal carry centre champions chance channel check citizens class complaints
    confirm content controlled created custody danger defector deliver devastated dialogue
    distracts dollar double ethnic explosion fact fossil generation globe happen happy hurt
    includes injuries invite irish jail landmark launching legacy moroccan mostly newly ones
    opportunity ordered orders passengers played politicians position presence principle programs
    property publicly published racing raid refuses removed reverses selling sense shift shipping
    speaks spread stakes streets suggested supplier terrorist thinks tigers treatment triple
    unemployment urged views wing words accident admits advisers aged airline approval approves
    backing bitcoins blows bodies brands breastfeeding canceled civilian cloud commitment
    compromise concern confidence connection controversy corporate desperate dismissed doctors
    doodle dramatic driving employees enforcement entire fellow formerly glimpse headlines
    insurance invitation invited islamic johns josh kids largely maria maximum music oppose
    palestinians path period prepared previously prince project prospect quarter reaching reflects
    reserve resigns roar sale science scores scottish serbian shipyard shooter sparks spotted
    streak success suspicion targeting territory ticket timeline tony tory true universities weapon
    wedding wide wildfires works worry ability absolutely activist adds answer anyone arab artist
    atlas attempted available ballot brand brutal ceasefire chiefs chuck civilians clean closure
    colleague continued continuing creates defend demilitarized digital diplomats displaced
    dropping effects expressed extends factory faith farm finding fired flights focused founder
    greater hints hoops invasion islands jersey jordan king language libyan lords loved luxury
    memorable messages mills nomination nominees objects offered outlets partners passage peak pick
    posted potentially praises probe programme proposal quickly quits refused reporters rhetoric
    scheduled scrutiny self serving shareholders sharing shootings shown skirt stronger subscribe
    surprising swift tackle theater though touch users vowed vulnerable wake witness abroad abused
    actually advice affair arrived arsenal attempting australians award benefit billions bombers
    campaigner cancer census certain church comer commodities conducted construction count couple
    crew dark debuts declaration defeated defendants dickey disappointing discovered discrimination
    diving doctor dominate doubt drag drill duty earn editor embassy emissions emotional enter
    expanding expect extreme facilities feeling file form freed gang handling harm hawk hurdle idea
    image impersonators incident indicted industrial infrastructure investigate joined keeping khan
    kick kills lawyer lifting lock machine matches matter migrants negotiator normal ocean oldest
    opinion outlet overhaul overnight owned partnership pledged podcast podium presses previous
    prize pulling pushes quality questioned resignation resort result riding scandal scheme scoops
    shelter sold speed stance stokes stories struggling successful sued supports systems tactical
    themselves thought tournament truck upper upset videos wage welcomes whole winners wounded
    above accord activities additional alliance alone approve archery audio awards banker baseball
    beaten below blasted boosters brother bureau calm camera causing cave challenging christian
    complex condition confront considered coroner corps cricket crosses currency currently
    decisions deepen defenses delivers discouraging dominance dominant dozen eating elusive enemy
    episode exactly extended extra fail fallout fighters film fine firearms fish fleet floor flying
    friend frozen fury hall headed humanitarian identified income independent insists involving
    italian items jury kept killer lessons losses magazine maintain marred mask matt meant
    medalists migrant mine mines minutes moroccans navigate options outsider oval participate
    participation pictures pleads please plot polo providing pursue rail rapid rather rebels
    records rejected relay removing replace requirements retire rifle rips rivals rose routes
    scientific sexually shared shop shortly singer skeptical sleep slip sneaking sought speaking
    spend stands style subpoena suffer suicide supplies surrounding surveillance tanks targeted
    teacher terror tourist toxic trading transfer trillion updated violated violent wait walkout
    worse writes wrote accusing actor advance aftershocks airport always amount arena assassination
    assembly bases beating becoming beginning behalf blocked blocks braces burst cancelled card
    cards career carl carrier causes chamber chaos charity cheese closely commercial confident
    considers conspiracy contain contempt conversations corpses costs counts creative criticised
    cuban deadliest defectors delegations destroys detail dinner disasters disastrous disrupting
    drama drew earns encounter ended enemies expects experience experienced finish fiscal follows
    forever fuels fully gain golfer grants greatest gymnast heard honor hoping humans impacts
    indictment inter intercepted investigations iranians joining joins knows landing legend lesson
    lingo lists longtime lunatic manhunt marijuana matters maybe michigan midfielder migration
    miles mining names operating organisers outbreak paddlers page passing paying peaty peek photo
    picked pilot plays possibility privately procedural pullout raids regions registered relegation
    represent require respond responded rick rift ring rough sacred scientist seat seed sentences
    serbs served soft solution spectacle spelling standards status storms succession suffers
    suggest super sweep swimmers takeover taunts teachers television tension theft tomorrow tourism
    tourists traffic transition trials vaccine veteran victorian viral visited voter watches waves
    writer absent active adding aggressive alongside apparently arguing association asylum
    attacking attorneys automakers awaits babies banking batch bear blaze bombing bout boys bridge
    bully cabinet cast casualties catastrophe centers cheerleaders comment commissioner communist
    contribution controls crashes creating curb dating decide defeats defended delivered derailed
    destroying detention disclosure dismisses divisions doubts ease electoral embrace emperor
    employee enforce equipment establishment everyone expand exported federation fencer fighter
    finale fined forum frustration gains gangster geopolitical golf grief grow guns haitian happens
    harsh heading headquarters hear helps identify identity immediately inaugural increasing
    individual individuals informed inquest intention involvement itself judicial kicked kiss
    lawyers lobbying managed material meadows memo meter mind missed misses models modern motion
    nationwide nature necessary neither note nova numerous offensive organizers paper passports
    patients pause penalties plant praise preemptive profit prominent promise prompting proof proud
    punch pursuit quick quit ramp rand reaction regrettable regulation reservoir responds
    retaliation rockets rowers rural sanction schoolgirl searching seems seventh sewage shake
    shelling showdown significantly similar skater skips sleeping solidarity someone sound
    spokesperson stake stream supporting surfer survival survive swept tesla tested tied tongue
    tops transgender troubled uneasy upcoming urgent vaccinated verbally verdict visas walk
    warships watching word worth writers yuan zero abandon accepts accidentally accuse actors
    advanced afford agent alcohol alerts antitrust appropriations article auto avoiding balance
    band bearers bets bird birds blame blamed blast booster brain bright busting buying capability
    capture carbon caribbean carries celebrated choice choose cites click climb coastal
    collaboration compared comply concessions confidential consumer counsel critic crucial cyber
    defender detainees direction dirty discussed diversity dogs doors draw drawing draws driven
    drivers easily effect entering error evading expectations explorer express extension famed fate
    feature fencing fights filing fill firing freezing fugitive gone grid grip handed hardest hell
    homeland hostage hostile hotline hour humanity hunt illegally immediate impeach implications
    index inspections intended introduce investigators judiciary kind labels lawmaker lethal lines
    listen loans makers marine mocks mount movement museum norwegian occurred offences otherwise
    overseeing payment pays pensions percentage philippine pressed prevention princess produce
    profits prosecutor prove qualifying quarterback radio rangers ravaged recovered reduction
    referee reliance religious reporting representatives reshuffle respect respondents ride
    ridiculous rounds schedules sean separate serial session setback shanghai signal singles skies
    slated slump soaring sparking speculation spreading stability standing started stays stepped
    strain stuns submarine sudanese suing suit sure survivor swap technical telling temporary
    terrible terrorism threatening tigress toes toughest towns tracks trafficking transportation
    traveling turning uncovered understand unfortunate unique unrest unveils valley vaping vast
    venue veterans voices walked walking weight wildfire wine worldwide wrestlers abandoned
    aboriginal academy accounts accusations addresses advocacy aerial afghan agreements allows
    ambitions angry appointment argued assistance astronauts atlantic attempts aurora bags ball
    barred basic begun betting blood boasts borrowing bought burger burned bush cable carter catch
    catholic challenged champ charter chases chemical clears climber clings combat communication
    communications compensation complicated concrete condemned confrontation confusion conversation
    conviction coups crashed crocodiles crossed crossing cultural customer cutting cyclist damages
    dangers daytime dealing declare defences denounces deploys detects developing dictator
    differences dire directed directly discussing dismantlement displayed disruption divide
    dominates donations draper drastic echoes emerging empire engage estimate estimated explosions
    extinction familiar fatal feet figure fled flooded forecast forest freeze friendly generations
    goods governing graduation grant grows guidance guinean harmful hate heights herself homage
    horror inclusion indefinitely inhuman institutions interior isolated jump justices killings
    kingdom knew knocks lacks lands learn legislative leveraged lifeline link losing lucky mail
    mainland manufacturing marked masks medalist meters minor minority misquoted moderate momentum
    monitoring mounting mystery negotiated nick nominee nurse obstacle ollie opposed organizations
    oust overall pain pair pakistani peacekeepers perplexed pitch planet polish population powered
    practice presidency pressuring princes proceedings prosecution protections punish queen ranked
    readers recognition recorded recover refusing reimposing renewed resolve responsible restart
    rich sacked scorer secrets semifinals sensitive settle settlement sharp sinks skeet slammed
    slaps slightly snow solar solve sounds southeast sparked spectacular spectator spike spring
    square staying striking succeed tanker tobacco tommy tracker tragedy tragic trans trap trips
    trouble truce ultimatum unclear unification unusual urging vessels victim viewers waives warms
    watched website weighing weighs wolf younger accepted accountability achieve actress acts admin
    admitted adult affected aggression aground aiding airspace aligned alleging ancient angst apart
    appoint arctic articles ashes asking assaults attended battles battling beauties behavior
    blackout bloc blocking born bound branch breaches breakthrough brunt buck burning businessman
    chances chasing cheat cheer cheers cigarettes cleared cocaine collapses comet command
    commentary commerce completely conducting connect constitution consumers crews criticises
    damaging dean decongestant deepens defending demanded demanding dementia demolished demolishes
    dependence desert determined difficulties disarmament discovery disrupt dolphins doubled
    drained dress easing economies edge effective egyptian emerged empower endorse engine entry
    equality escalate escorted evacuation executions explained explains extent factors failures
    fair falsely famous fault favourite features feels felt fierce fiery filled finance flags flare
    flips foil forecasters forget formally fortified fragile fruit girlfriend goals guidelines
    gunmen gymnasts hack halted halts hammer harder headline hears heavily hero highly highway hike
    hikes holiday hopeful hopefuls household hurting ignore impasse incredible indicated indicates
    indication initial initiative insisted inspire institute interested investigated israelis
    jackpot judgment knocked leak leaning lebanese liberty lightning limiting location logistics
    lottery loud magic mall marking marriage martin memory meta midday mistakes moms morgan mounts
    multibillion negative noisy northeast notes nowhere obtained odds openness operate opponent
    outcome pages paramilitary parent payments penny perform permanent pistol pivotal plants poised
    politically polling positions pregnant present presenter presents pressures preview priority
    privacy producing progressive proliferation proposals proves provision purchases pushback
    quarantined quiet rapidly rapist rating recession recording reels referred regrets regularly
    regulations relatives relegated reminder renews rent repeatedly requested required respawn
    retired reversal roads rock rolls roof saber seas secretly selection seriously sessions sheriff
    shifts shocked shocks sight sixth skaters slate slur smuggling snarls soars sometimes spasm
    staged stamps statements stealth stores stranded streaming stress striker strongest stunning
    stunt sudden suffering suggesting summits superpower superpowers surprised survived suspension
    sweeping synagogue takeaways taste taxpayers teens telegraph tens tentative tenure terrorists
    theories throw thrown tool tools torn torrential travelling trend tumble tyre unable
    unconstitutional underground underscores understanding unidentified unions unity uptick value
    vapes villagers violate violation vocal waiver warm warren wash weightlifters wild winds
    abandoning aboard acquire advisory affects aids aiming airways albanian ally ammunition animal
    announcing antisemitism anything appease argue argument arrival arriving assist atomic attends
    audience authoritarian aviation awaited awarded awareness balances bankrupt barrel battlefield
    bells billionaires birth blanket boats botox brass broadcaster broader brothers burns buys caps
    cargo carnival carried cartel castle category cease celebrating celebration celtic cent
    championship checks chef chemicals childhood cited clearing clerk climbing clock closes
    closures color commemorate commits compares competing concerning conclude condemn conduct
    congresswoman connected consensus constitutional contentious contingent coons corporation
    criticize criticized crocodile cruises crumbling currents dame dashed dates declaring decorated
    demolition denuclearise denuclearizing departure deploy derail designed detected detective
    determine diagnosed diaspora disappearance disarm discusses discussion discussions divides
    division documentary dominican donor drilling drove easy economists edition elect electricity
    elite else embarrassing embattled emerge epidemic equal equity escaping established excessive
    executives existing exits expands expansion expensive explosive exposed fallen fame farmers
    favor favorite felony feminist ferry feud fewer fines finishes firefighters fireworks fishing
    fortunes frequent friendship funded gates giants globally gloomy graduates graves greet grocery
    handled handshake harrowing heritage hired historical hitting homeless homosexuality horrific
    households however humor hurdles ignoring illicit imagery impressive improves incoming indicate
    indoors inquiries intensified interviews introduced isolation jewish judokas kitchen kneeling
    lacking latin launchers laundering laureate leaked learned leverage liaison links lockdown lone
    lowest lows lying male maritime martial mason maternity mayors meal meddling median medicare
    memories midterms mile misinformation misleading mitch mood mosque mothers municipal nationally
    negotiation neighbors neighbourhoods nigerian nightmare notice olds opponents overcome owns
    pact painful painting partisan patch peacekeeping performed permitting phenomena physical picks
    plea pointed pose postponed premiership prior projected prospects provisionally psychological
    publish qualifier quarterfinals questioning races raging raped react recap recovers refugees
    regulators reject renewable reorganization representative requests resident resigned resistance
    responding responsibility restoration retail reverse reward roger room roots roughly sanders
    saves seal seeded seekers shadow shakes shaman shameful shifting shortage sink size
    skateboarders skip slowdown smoking soap soar society spark spell spies split spokesman
    stations stepmother stepping stir stood storage storey strategist string subdued subject
    submitted superstar supposed surf surface surgery survives sustained swedish swing tackling
    tammy tape theory thwarted tidal tiny toddler touching tougher tout touts traditional trained
    tree troop tweeted tweets typical ultimate uncertainty uncle unexpected unfreeze unify
    unilateral unilaterally unit unpredictable urban ushers vaccinations verge version vessel
    vision vital volunteers walks warrant wearing whale wickets widely wider willingness withering
    witnesses woke wrap yesterday youth abducted abortions absence abuses abusing academic
    acknowledge acknowledged acknowledges acquitted acted acting adapt addition addressed adjusted
    adopted advantage affecting affirming affordable agents alarming anchor angela annexed answers
    anticipated anxiety apologized apologizes appointed approaching arguments arrangements arrogant
    artillery assets attending auction backdrop bare barrage barter beautiful bein beneath blessing
    blowing bola bolster books bosses bounces bowler breach breaching briefly broadcast brushes
    bullet bullying burden buried buses cables cameras campaigns canoe canyon ceremonies chaotic
    character charging charities charm chase cheering chick childcare circumstances clause coaches
    cognitive collect colleges collision collusion colonisation column columnist committing commons
    complaint completing comprehensive concert concluded confused consult contact contender contest
    context contracted contributing convene convenience convinced cool copy corp costly councils
    counterpart crack crises criticise criticizes crossroads curbs currencies cybersecurity dawn
    debates deeper deepest defiance degrees delivery demonstrators departs depend deports dept
    describes detailed detonates develop developed diagnosis difference dilemma directors
    disability disabled disappeared disappointed disappointment disrupted dissent ditch diverse
    docs dominated donating doses doubles dwindling easier edges educators electrical eliminates
    employers employment enable encourage endorsed endorsement entered entertainment entrepreneur
    equalling escalation establish estate ethics ethnicity evacuations evasion exact examine
    exceeds expanded expedition expenses experiencing exploring extremism factor facts fastest
    fatally fees fend fentanyl financing fixed flames fleeing floats floodwaters flowers followed
    foot footballers ford forecasts forge founding frontier frustrated fundraising furious gamble
    gaming gathering gift glimpses glory glow graduate grandfather grave groundwater guided hacker
    halftime handful handle hawks hearings heated heatwave heaviest hedge herald heroes highlight
    highlighting hockey hole honour hooping hoped hundred hunger hurricanes hype hypothetical
    imagine immunity imperialism impersonator imports imposed improved infections influx informs
    inmate innocent insight installed insurers intact integrity intense intensifies interline
    internet invest investing investments iron jimmy joke joking journeys judges jumped kits
    knowledge landscape lasso laughing lays legislature letters liberation license lifetime lifts
    litigation loaded locals looked looting maiden maintaining maker malaysian marathon mars
    massacre mead medicaid medley membership mercenaries metals midnight misconduct misled missions
    moderates monitor mortal motivated movie munitions murdering muslim mysterious namibian
    narrowly native nazi neck negligence newborn newest ninth northwest notorious nuggets obstacles
    offs olive opposes ousted outlines outspoken outstanding overshadowed overturn participating
    particularly patient patrols petroleum picture plastic pleading plenty ploy pole politician
    politico pond portuguese possibly postcode practices precedent predictions preliminary pressing
    preventing procedures producer professor promising promotion prompt prompts proposes prosperity
    protesting protocols provocation pueblo purchase quite racial rains rallies rallying ranking
    razing reactor reboot rebuke receiving reckless recognize recommended recreational referring
    reforms regulate rejecting relationships relative relaxes relevant remaining remembers
    renaissance repairs reparations repeal repeat replaced residency resolved restaurant retiring
    revelations revenge revival revive rice riders rioters rivalry rivers roll rolling rooting
    routine routs runoff sage samoan satisfied savings scenes scope scrapping seats sector sectors
    securing sedition selected sexist shah sharply sherpa shipments shipped shops shouted sightings
    signaled silent singers sitting slalom smartphone solo soviet spice spoken springboard
    stalemate steel stopping strengthen strip struggled stunned sunset supplied surfers surged
    surreal suspending symptoms synchronized talent tapes teaching teammate tears telecom
    temporarily tense terminate terrifying testimony texts thai threw throughout thwart ticketing
    tightens titans topics tortured tradition trail transparency treating treble tribune tucker
    tunisian ultramodern unacceptable undermine uniform unite units universe unleash unleashed
    unleashes unusable unveil unveiled upon vehicle versions viewing visible visiting visitors
    volunteer waits wally wanting warring washed weaken weakens weakness welcomed whom wicket
    widespread window wishes withdrew workplace worsened written yellow yours easter
""".split()  # noqa: SIM905 - a list of so many words on lines of their own is no list to read

import { stem } from './stem.ts';

/**
 * Words of one group are used for the same thing or in the same sentences: people ask in other words than papers are
 * written in. Everyday English of contracts, money, dates, travel, work and events, and no word of any one project.
 */
const GROUPS = `cost price fee charge expense amount sum money bill invoice rate tariff
  | pay transfer remit refund reimburse owe due payable settle payment instalment compensation compensate
  | buy purchase order procure acquire | sell sale resell | quote offer bid tender estimate proposal quotation
  | contract agreement deal treaty | client customer buyer
  | supplier vendor contractor provider firm company business | boss manager head director chief leader chair
  | employee staff worker personnel colleague | hire employ appoint recruit engage employment job position
  | quit leave resign departure | cancel withdraw drop abandon cancellation revoke
  | end expire finish close conclude lapse terminate expiry over | start begin commence open launch opening
  | deadline due latest until before | delay postpone late defer overdue postponement
  | extend prolong renew extension renewal
  | approve okay accept authorise permit allow consent sign agree approval permission authority permitted allowed
  | refuse reject decline deny refusal rejection | forbid prohibit ban exclude forbidden prohibited
  | require need must shall obligation mandatory | photo photograph picture image illustration photography
  | wording text copy caption label | film video footage clip recording
  | sound noise loud audio volume acoustic decibel | light bright lux lamp illumination lighting brightness
  | hot heat warm temperature degree | damp humid moisture wet humidity | bug insect pest
  | break damage harm defect fault broken loss | repair fix mend restore restoration
  | insurance cover insured insurer insure policy | risk danger hazard safety | ship vessel ferry boat
  | lorry truck van vehicle | box crate case container package parcel | showcase vitrine case display
  | door entrance gate entry | lift elevator | floor storey level | room hall space | sick ill illness
  | kid child children pupil minor | school class pupil teacher | visitor guest public audience
  | ticket admission entry | gratis complimentary free | discount reduction reduced concession
  | advert advertise advertising promotion marketing publicity advertisement
  | press journalist media newspaper reporter | web website online internet site | phone telephone call
  | mail email letter | meeting session minutes | decide decision resolve agreed vote resolution
  | reason because grounds | problem issue objection concern difficulty
  | change amend alter modify amendment alteration | large big size | weight heavy weigh kilogram kg
  | distance near close | fortnight weeks | daily day | weekly week | monthly month | annual yearly year
  | percent cent percentage share | delete erase remove | keep store retain hold preserve storage
  | replace substitute replacement deputy | spare reserve backup | lend loan borrow
  | check inspect examine control test review inspection | overnight accommodation hotel lodging
  | trip travel journey | tax vat duty | guard security alarm | bookstore bookshop shop | holiday vacation
  | maximum limit most exceed | minimum least | responsible charge handle | choose select pick choice
  | build construct construction erect | show exhibit exhibition display | writer author
  | print printing printer | correct correction erratum mistake error | finished complete ready done
  | hand deliver delivery supply | send ship dispatch forward | explain describe explanation | use usage
  | help support assist assistance | rule regulation policy guideline | plan schedule timetable programme
  | hour clock time | clean cleaning wash | food meal lunch dinner catering | drink beverage
  | speak speech talk lecture | translate translation language | disabled wheelchair accessible access
  | deaf hearing | blind sight visually | old age elderly | earlier previous former
  | afterwards later following | weather rain rainy snow storm wind sunny
  | cold freeze frost below minus chill | summer june july august | winter december january february
  | spring march april may | autumn fall september october november
  | morning noon afternoon evening night midday | weekend saturday sunday | yesterday today tomorrow
  | paper paperwork certificate document permit form | gift present donation donate
  | birthday celebrate celebration party anniversary | reply answer respond response
  | person people anybody somebody nobody | window glass pane | roof attic ceiling | wall partition
  | cellar basement | stairs staircase steps | kitchen canteen cafe restaurant | street road route way
  | harbour port dock quay | airport flight plane air | railway rail train station | car park parking
  | home house building | office desk | bottle can canister drum | drain sink tap | water liquid fluid
  | pipe plumbing plumber | electricity electric power current voltage socket | computer laptop device tablet
  | software program application app | screen monitor display | data figure number statistics
  | table list register inventory | report account summary | letter note memo | page sheet leaf
  | chapter part section clause paragraph article | heading title name | book publication volume
  | newspaper magazine journal | edition version draft release | proofread proof edit editor
  | publish publication publisher | design layout drawing draw sketch | font typeface type letter
  | colour tint shade hue | wide width narrow broad | high height tall | long length duration | deep depth
  | thick thickness | fast quick speed slow | heavy load weight | strong stable firm | empty vacant
  | full complete whole entire total all | part share portion slice third quarter half | double twice two
  | once single one | first initial opening original | last final end | new fresh recent | next following
  | additional extra further more surplus | enough sufficient adequate | about roughly approximately around
  | exact precise | average mean typical usual normal | increase raise rise grow growth higher
  | decrease reduce reduction lower fall cut save saving | cheap low inexpensive bargain | expensive costly
  | profit earn earning revenue income surplus | lose loss deficit shortfall | credit loan debt interest
  | deposit guarantee security bail bond | penalty fine punishment damages
  | sponsor sponsorship partner donor patron | grant fund funding subsidy foundation | salary wage pay earn
  | budget finance financial | euro money | currency exchange dollar
  | lawyer solicitor legal counsel attorney law | court dispute arbitration jurisdiction lawsuit
  | copyright licence rights right | own owner property belong possession | liable liability responsible fault
  | sue claim demand | secret confidential private privacy | apology apologise sorry
  | complain complaint angry furious grievance | thank praise | hope expect expectation | fear worry afraid
  | doubt uncertain unclear question | promise commit commitment pledge assure
  | suggest suggestion propose proposal recommend recommendation advise advice
  | warn warning caution alert alarm | remember remind reminder | forget miss omit omission
  | notice inform information tell announce announcement notify report | discuss discussion debate talk
  | argue dispute disagree against dissent oppose | support favour endorse | win award prize
  | compete competition rival | choose vote elect election | member board committee council
  | minister mayor government authority | police officer | doctor physician medical hospital
  | injure injury hurt wound accident | medicine drug | emergency urgent crisis
  | rescue evacuate evacuation escape exit | dead die death decease | birth born | marry wedding
  | family parent mother father | woman man lady gentleman | young youth teenager child | adult grown
  | student pupil learner university | teach teacher education lesson training train instruct
  | learn understand comprehend | exam test assessment | science research study researcher
  | experiment trial pilot | museum gallery exhibition | artist painter sculptor | painting paint canvas
  | sculpture statue figure | object piece item exhibit artefact thing | old ancient historic antique
  | copy replica duplicate facsimile reproduction | scan digitise digital photograph
  | touch handle handling feel | carry transport haul carriage transfer bring | lift raise hoist
  | load unload pack unpack | fasten fix attach mount install installation
  | remove dismantle take uninstall removal | arrange place position put set | close shut lock
  | open unlock unpack | wait queue delay | late overdue behind | early advance beforehand
  | arrive arrival reach come | leave depart departure go | stay remain overnight | visit tour guide trip
  | guide lead tour leader | translate interpreter interpret | volunteer helper assistant aide
  | deputy substitute stand replacement | successor follow predecessor | cleaner caretaker janitor
  | builder carpenter joiner | plumber electrician technician engineer | driver driving chauffeur
  | courier messenger escort accompany | guard watch supervise supervision attendant invigilator
  | thief theft steal stolen rob | flood leak wet | burn fire flame | dirt dust dirty
  | rubbish waste garbage trash litter dispose disposal | recycle reuse | plastic foam polythene
  | wood timber wooden plywood | metal iron steel copper | gold silver | stone rock marble
  | clay pot ceramic pottery | cloth fabric textile | leather hide | hat cap helmet hood | shoe boot
  | bag sack pouch | rope cord line | tool instrument equipment gear | machine device apparatus | engine motor
  | wheel tyre | animal beast | dog cat pet | fish sea | flower plant tree | field land ground soil
  | mountain hill | river stream | sea ocean coast shore | island isle | country nation state abroad foreign
  | border frontier customs | town city municipality | village hamlet | map chart plan | north south
  | left right | weapon gun knife | war battle | king queen crown | church temple | sugar sweet | bread flour
  | alcohol beer wine | smoke smoking tobacco | allergy allergic | noise quiet silent silence
  | music song concert | speaker loudspeaker | game play | sport | joke funny | voice audio narrator
  | headphone audioguide | subtitle caption | camera photographer | interview conversation
  | opinion view feedback survey questionnaire | rating score mark | reservation book booking reserve
  | refund return money | receipt invoice bill | signature sign countersign | stamp seal
  | number code reference`
  .split('|')
  .map((group) => [...new Set(group.trim().split(/\s+/u).map(stem))]);

const RELATED = new Map<string, Set<string>>();
for (const group of GROUPS) {
  for (const one of group) {
    const known = RELATED.get(one) ?? new Set();
    for (const other of group) if (other !== one) known.add(other);
    RELATED.set(one, known);
  }
}

const NONE: ReadonlySet<string> = new Set();

/** The stems of words that are used for the same thing as the word of this stem. */
export const relatedTo = (base: string): ReadonlySet<string> => RELATED.get(base) ?? NONE;

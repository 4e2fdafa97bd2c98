"""What each field of a transparency record says of the running service. Pure: facts in, text out.

Whatever could change by a setting, a policy, a model or a table is read from the facts. What is
fixed in the program is said in words, and the tests hold the words to the program.
"""

from collections.abc import Iterable
from dataclasses import fields
from itertools import groupby

from assurance.audits.tally import PROTECTED
from assurance.transparency.facts import Facts
from assurance.transparency.limits import (
    RISKS,
    exclusion_count,
    is_alpha,
    limits_of,
    origin,
)
from assurance.transparency.words import (
    audit_summary,
    bullets,
    count,
    day,
    listed,
    paragraphs,
    part,
    percent,
    plain,
)
from candidates.model import Candidate
from employers.model import Employer, Vacancy
from index.text.text import CandidateText, VacancyText
from matching.fairness.policy import Kind
from matching.fairness.record import (
    Attribute,
    PolicyError,
    PolicyRecord,
    Tier,
    require_in_force,
)
from matching.rules.pair import Outcome
from matching.rules.rules import Rule
from matching.score.features import LABELS

MADE_UP = "The people in this installation are made up, to show how the service works."
NEEDS_CONSENT = {"CONSENT_NOT_ASKED", "CONSENT_WITHDRAWN"}
PLAINER = {
    "affecting_ability": "what affects their ability to work",
    "desirable": "desirable criteria",
    "digital": "digital skill",
    "essential": "essential criteria",
    "id_documents": "ID documents",
    "involves": "what the work involves",
    "national": "whether it may be anywhere in the country",
    "only_prison_leavers": "whether it is for prison leavers only",
    "prison_id": "prison",
    "rolling": "whether it stays open",
}
TIERS = {
    Tier.T0: "may run without a signature",
    Tier.T1: "may run only when signed, until a day",
    Tier.T2: "for a person to apply, never the program",
}


def overview(facts: Facts) -> str:
    """Tier 1: what it is and why, in plain words."""
    return paragraphs(
        "Someone who leaves prison with a job is far less likely to come back. For each vacancy "
        "that an employer offers, this service lists people in prison who may suit it, in order, "
        "with the reasons for each place. For each person it can list vacancies in the same way. "
        "It is for the staff who help people in prison to find work.",
        _who_decides(),
        MADE_UP if facts.demonstration else "",
    )


def third_parties(facts: Facts) -> str:
    """What comes from elsewhere."""
    licence = f" (licence: {plain(facts.model.licence)})" if facts.model.licence else ""
    changed = ", was changed by the makers of this program" if facts.model.adapter else ""
    return (
        f"The text model {plain(facts.model.id)}{licence} was made by others{changed} and runs "
        "here; nobody receives anything from it."
    )


def detailed_description(facts: Facts) -> str:
    """The pipeline, step by step, with the figures in force."""
    refuse, refer = _rules(facts, Outcome.INELIGIBLE), _rules(facts, Outcome.REFER)
    return paragraphs(
        "A list for a vacancy is made in five steps.",
        f"First, rules. {len(refuse)} rules refuse, each with a reason; {len(refer)} rules refer "
        "somebody to a member of staff to look at, because something is not known or could be "
        "arranged. Whoever no rule touches is eligible. Those to look at are ranked too, in a "
        "list of their own.",
        f"The rules that refuse:\n{bullets(rule.summary for rule in refuse)}",
        f"The rules that refer to a member of staff:\n{bullets(rule.summary for rule in refer)}",
        f"Second, search. The profiles of those allowed are compared with the advert by the text "
        f"model, and the {facts.compared:,} nearest of the eligible go on. No other use is made of "
        "the model but to say how alike two texts are.",
        f"Third, the score, which is a sum of parts ({facts.weights.version}). Each part is from 0 "
        "to 1 and counts as much as this:\n"
        + bullets(
            f"{LABELS.get(name, name)}: {percent(weight, 2)}"
            for name, weight in facts.weights.weights.items()
        ),
        "A score is also called "
        + listed(
            f"{word} from {threshold * 100:g} points of 100"
            for word, threshold in facts.weights.words.items()
        )
        + ", and weak below that. Equal scores are put in order by who has been ready to work the "
        "longest, and after that in a way that nobody can choose.",
        f"Fourth, the order. {_default_policy(facts)}",
        f"The need band comes from points ({facts.need.version}) for circumstances that make work "
        "harder to find and that staff can help with: "
        + listed(fact.label.lower() for fact in facts.need.facts.values())
        + f". From {facts.need.medium} points the need is medium, from {facts.need.higher} higher. "
        "What is not recorded counts half.",
        "Fifth, the reasons. Each place shows the parts of its score, the line of the profile that "
        "is nearest to each thing the advert asks for, and whether the policy moved it, and past "
        "whom. The list and what it was made from are stored.",
        f"Policies that staff may choose today:\n{bullets(_policy(each) for each in _may(facts))}",
        _may_not(facts),
        _used(facts),
    )


def scope(facts: Facts) -> str:
    """What it is for and what it is not for."""
    codes = {rule.code for rule in facts.rules}
    return paragraphs(
        "It is for finding people to interview for vacancies, among people in prison or lately "
        "released.",
        "Nobody who has not consented to being matched, or who has withdrawn consent, is in any "
        "list."
        if codes >= NEEDS_CONSENT
        else "",
        "It is not for deciding who gets a job, nor for judging risk, behaviour or release. It "
        "does not say how likely somebody is to get or to keep a job.",
        MADE_UP if facts.demonstration else "",
    )


def benefit(facts: Facts) -> str:
    """What it is meant to do, and whether anybody knows that it does."""
    del facts
    return paragraphs(
        "It is meant to save the time that goes into reading every profile for every vacancy, to "
        "give everybody who may suit a vacancy the same look, and to show why somebody is not in a "
        "list, so that it can be put right.",
        "Whether it does is not known. What becomes of people is recorded, from being put forward "
        "to being in work at 6 months, and is counted by group; nobody has compared it with what "
        "would have happened without the service.",
    )


def alternatives(facts: Facts) -> str:
    """What the program itself holds beside what is used."""
    others = [plain(each.name) for each in _may(facts) if each.name != facts.default_policy]
    return (
        "Every list is also worked out by score alone, without a policy, and both orders are "
        f"stored. Beside {facts.default_policy}, staff may choose: {listed(others)}."
    )


def process(facts: Facts) -> str:
    """Where it stands in the work of staff."""
    del facts
    return paragraphs(
        "A member of staff asks for the list of a vacancy or of a person, or looks up why one "
        "person stands where they stand. The service answers and stores what it answered.",
        _who_decides(),
        "Whom staff put forward, and how far each has come since, is recorded: interview, offer, "
        "start, and whether they are in work 6 weeks and 6 months after release. Employers see "
        "only whom staff put forward for their own vacancies.",
        "A plan over all open vacancies at once can also be made. It is kept as a draft for staff "
        "to read and puts nobody forward.",
    )


def provided(facts: Facts) -> str:
    """What staff see."""
    words = listed((*facts.weights.words, "weak"), "or")
    return paragraphs(
        "For each place in a list: the person's first name and initial, prison number, prison and "
        f"release date; the score in points, as a word ({words}) and by its parts; what the advert "
        "asks for with the nearest evidence; what is to be checked first; and what the fairness "
        "policy changed.",
        "For everybody else: how many people each rule refused or referred, and for any one of "
        "them, in a sentence, why.",
        "Never an offence: where a rule about offences applies, only that it applies is said. "
        "Never a protected characteristic.",
        "An employer sees no list and no score. An employer who writes a vacancy is told how many "
        f"people an exclusion would remove: {exclusion_count(facts)}.",
    )


def usage(facts: Facts) -> str:
    """How often and how much."""
    found = facts.usage
    return paragraphs(
        "A list is made when a member of staff asks for it, and never by itself.",
        f"From {day(found.first)} to {day(found.last)} it made {count(found.shortlists)} different "
        f"lists of people for a vacancy and {count(found.vacancy_lists)} lists of vacancies for a "
        "person. The same list looked at again counts once.",
        f"It holds {count(found.people)} people, of whom {part(found.ready, found.people)} have "
        f"consented and are ready to work, and {count(found.vacancies)} vacancies, of which "
        f"{part(found.open_vacancies, found.vacancies)} are open.",
    )


def human_decisions(facts: Facts) -> str:
    """What people decide, and what is known of it."""
    return paragraphs(
        _who_decides(),
        "Staff can differ from the order: they may choose another policy, look at the order by "
        "score alone, take anybody in a list, and look up anybody who is not in it.",
        "They can also hide somebody from a list, or put somebody above others. Each such "
        "decision names a reason and whoever made it, is kept beside the ranking, which stays as "
        f"it was, and can be undone. {_decided(facts)}",
        "A policy of the kind that needs a signature cannot run until a named person has signed it "
        "for a time. Signing, changing and ending a policy each make a new version, which is kept.",
    )


def appeals(facts: Facts) -> str:
    """What helps somebody to contest a result."""
    del facts
    return (
        "For any person and any vacancy staff can show why the person stands where they do, or "
        "what keeps them out. A stored list can be made again to "
        "prove what was shown. The service itself has no way for a person in prison to see or "
        "contest a result: staff have to do that with them."
    )


def architecture(facts: Facts) -> str:
    """The parts and how they hang together."""
    return paragraphs(
        f"One program (version {facts.program}) with a PostgreSQL database, "
        + (
            "which the program runs itself on the same machine."
            if facts.deployment.embedded
            else "which runs on a server of its own."
        ),
        "Rules run in the database. Texts are turned into vectors by the text model on this "
        "machine's processor and kept; search over them is exact. Score, policy and reasons are "
        "computed in the program, from whole millionths, so that the same facts always give the "
        "same order.",
        "Equality monitoring is in a table that the ranking has no right to read; only the audit "
        "reads it, to add it up.",
    )


def phase(facts: Facts) -> str:
    """How finished it is."""
    if is_alpha(facts):
        return f"Alpha: version {facts.program}, in development. {_made_up(facts)}".strip()
    return f"Version {facts.program}. {_made_up(facts)}".strip()


def maintenance(facts: Facts) -> str:
    """What changes, and what changed lately."""
    by_day = groupby(facts.changes, key=lambda change: change.made_on)
    changed = [
        f"{day(made_on)}: {', '.join(each.policy for each in several)}"
        for made_on, several in by_day
    ]
    first, last = facts.usage.first, facts.usage.last
    return paragraphs(
        "Rules, weights, points and model change only with a new version of the program or of its "
        "settings, and every list names the versions that made it. Groups of need and wait are "
        "worked out again from the records as days pass.",
        f"Versions of policies made from {day(first)} to {day(last)}:\n{bullets(changed)}"
        if changed
        else f"No policy was added, signed, changed or ended from {day(first)} to {day(last)}.",
        "The audit of differences between groups can be run at any time; it should be run before "
        "first use and after every change of model, weights or policy.",
    )


def models(facts: Facts) -> str:
    """Everything that learns or ranks, and what is neither."""
    return (
        f"One model that was learnt from data: {plain(facts.model.id)}, which says how alike two "
        f"texts are. The score ({_versioned(facts.weights.version, facts.weights_note)}) and "
        f"the points of need ({_versioned(facts.need.version, facts.need_note)}) are tables of "
        "numbers. "
        "The fairness policies are published procedures, which learn nothing. There is no "
        "generative model."
    )


def model_name(facts: Facts) -> str:
    """As vectors are marked."""
    return plain(facts.model.id)


def model_version(facts: Facts) -> str:
    """The hash that is checked."""
    return paragraphs(
        f"SHA-256 of its weights: {plain(facts.model.sha256)}. A file with another hash is refused "
        "when it is loaded.",
        _adapter_version(facts),
        f"With the version of the texts that it is given: {plain(facts.model.recipe)}.",
    )


def _adapter_version(facts: Facts) -> str:
    adapter = facts.model.adapter
    if adapter is None:
        return ""
    return (
        f"Changed by the adapter {plain(adapter.id)}, SHA-256 {plain(adapter.sha256)}, which is "
        "checked in the same way. Its card says what it learnt from and how it was measured."
    )


def model_task(facts: Facts) -> str:
    """What it is used for here."""
    del facts
    return (
        "To turn a short text into a list of numbers, so that texts which mean nearly the same "
        "lie near each other. It is used to find the profiles nearest to an advert, and the line "
        "of a profile nearest to each thing that the advert asks for. Before that, slips of "
        "spelling are mended where a list of English words makes it plain what was meant; people "
        "are shown what was written."
    )


def model_input(facts: Facts) -> str:
    """What becomes text, and what never does."""
    longest = facts.model.longest
    return paragraphs(
        f"Of a person: {_words(field.name for field in fields(CandidateText))}. Of a vacancy: "
        f"{_words(field.name for field in fields(VacancyText))}.",
        "Never a name, a prison number, a prison, a date, an offence, a licence condition or a "
        "protected characteristic from the fields that hold these. Text that somebody typed goes "
        "in as it was written.",
        f"Texts of more than {longest:,} word pieces are read in parts." if longest else "",
    )


def model_output(facts: Facts) -> str:
    """Numbers."""
    size = f"{facts.model.dimensions:,} numbers" if facts.model.dimensions else "A list of numbers"
    return (
        f"{size} for each text. They are never shown; what is used is how near two of them lie, "
        "from which the parts of the score about requirements, likeness and experience are made."
    )


def model_architecture(facts: Facts) -> str:
    """As the model's own files describe it."""
    model = facts.model
    known = [
        f"{title}: {plain(str(value))}"
        for title, value in (
            ("Kind", model.architecture),
            ("Layers", model.layers),
            ("Length of a vector", model.dimensions),
            ("Made from", model.base),
        )
        if value is not None
    ]
    if not known:
        return "The model's files do not describe it."
    return f"As the model's own files say:\n{bullets(known)}"


def performance(facts: Facts) -> str:
    """How well it does, as far as anybody knows, and how groups fare."""
    return paragraphs(
        "How good the lists are has not been measured against what became of people. Who is put "
        "forward, has an interview or an offer, starts, and is in work at 6 weeks and at 6 months "
        "is recorded; the score was neither learnt from it nor checked against it.",
        MADE_UP if facts.demonstration else "",
        audit_summary(facts.audit),
    )


def datasets(facts: Facts) -> str:
    """What the text model was trained on."""
    named = [plain(name) for name in facts.model.datasets]
    return paragraphs(
        f"The model's makers name these public collections of text: {listed(named)}."
        if named
        else "The model's files do not name the data that it was trained on.",
        f"The adapter {plain(facts.model.adapter.id)} learnt from these: "
        f"{listed(plain(name) for name in facts.model.adapter.learnt_from)}."
        if facts.model.adapter
        else "",
        "Nothing was trained on the records of this service, or on any text about a person.",
    )


def dataset_purposes(facts: Facts) -> str:
    """Training elsewhere, none here."""
    return (
        "The collections named were used by the model's makers to train it"
        + (
            ", and by the makers of this program to train the adapter. "
            if facts.model.adapter
            else ". "
        )
        + "Nothing is trained where the service runs."
    )


def development_data(facts: Facts) -> str:
    """What the program was made with."""
    del facts
    return (
        "The program is developed and shown with made-up people and vacancies, drawn by a "
        "generator to published proportions. No real person's record was used to build it."
    )


def operational_data(facts: Facts) -> str:
    """What is held in use."""
    del facts
    return paragraphs(
        f"Of a person: {_words(Candidate.model_fields)}.",
        f"Of a vacancy: {_words(Vacancy.model_fields)}. Of its employer: "
        f"{_words(Employer.model_fields)}.",
        "Of somebody put forward: the vacancy, what they agreed to, what the employer is told of "
        "them, each stage with its day and reason, and whether they were in work 6 weeks and 6 "
        "months after release. Of whoever signs in: name, email, role, and what they may see.",
        "Of postcodes: where they are.",
        "For equality monitoring, apart from the rest, what people say of themselves: "
        f"{_words(PROTECTED)}.",
    )


def quantities(facts: Facts) -> str:
    """How much is held."""
    places = listed(f"{number:,} by {kind}" for kind, number in facts.places.items() if number)
    return (
        f"{count(facts.usage.people)} people, {count(facts.usage.vacancies)} vacancies; positions "
        f"of postcodes: {places}."
    )


def collection(facts: Facts) -> str:
    """How records come in."""
    del facts
    return (
        "Staff load people and vacancies from files; employers and brokers also write vacancies in "
        "the pages, and staff and employers record what becomes of those put forward. The service "
        "collects nothing by itself and follows nobody. Protected characteristics are never "
        "guessed from other facts; whoever opts out has nothing held."
    )


def cleaning(facts: Facts) -> str:
    """What happens at import."""
    del facts
    return (
        "Each row is checked when it is loaded: codes, dates, postcodes, and facts that would deny "
        "each other. A row with a fault is refused with the reason and nothing is guessed. Text is "
        "kept as it was written."
    )


def completeness(facts: Facts) -> str:
    """What is missing."""
    unknown = facts.usage.need_unknown
    return paragraphs(
        f"Of the facts that make a need band, {percent(unknown)} are not recorded."
        if unknown is not None
        else "",
        "What is not recorded is counted as not known. It refers a person to staff, or counts in "
        "the middle; it does not refuse them.",
        "Equality monitoring may be incomplete: “not stated”, “not recorded” and “opted out” are "
        "groups of their own in the audit.",
        MADE_UP if facts.demonstration else "",
    )


def sensitive(facts: Facts) -> str:
    """What the law protects, and where it goes."""
    offence = [rule.summary for rule in facts.rules if rule.code.startswith("OFFENCE")]
    return paragraphs(
        f"Protected characteristics ({_words(PROTECTED)}) are held for the audit of differences "
        "between groups, and for nothing else. The rules, the score, the need band and the "
        "policies do not read them.",
        "Offences are held as categories, for the rules; the score, the need band and the policies "
        f"do not read them. {len(offence)} rules are about them:\n{bullets(offence)}",
        "The same rules are used for one count: an employer who writes a vacancy is told how many "
        f"people an exclusion would remove, which is {exclusion_count(facts)}.",
        "Licence conditions, curfews and exclusion zones are read by rules only.",
        "What affects somebody's ability to work, which may be about their health, is held for "
        "staff and is read by no rule, no score and no policy.",
        f"Policies may group people by {listed(group.label for group in Attribute)} and by nothing "
        "else; a policy with a protected characteristic is refused.",
    )


def ethics(facts: Facts) -> str:
    """What is built in."""
    del facts
    return (
        "People are ranked only with their consent. Nothing is inferred about who somebody is. "
        "There are no quotas and no changes of score by a protected characteristic."
    )


def sharing(facts: Facts) -> str:
    """What leaves."""
    return (
        "The service sends nothing to any other organisation or service"
        + (
            ". The database runs on the same machine."
            if facts.deployment.embedded
            else ", but for keeping its records on the database server that it is configured with."
        )
        + " Employers who sign in see what staff tell them of the people put forward to them."
    )


def storage(facts: Facts) -> str:
    """Who can reach what."""
    return paragraphs(
        "Whoever opens the pages signs in. An account has one role, and sees only the prisons, "
        "areas, regions or employer that it is for, which the database enforces as well; every "
        "role but employers' staff is also asked for a one-time code, unless the account is a "
        "made-up one. The command line is for whoever may use the machine, and sees every prison.",
        "The pages can be opened only on the machine that runs the service."
        if facts.deployment.only_this_machine
        else "",
        "Beside the account that sets the database up, two are used: the one that ranks cannot "
        "read equality monitoring, and the one that audits can read nobody's name and no text "
        "about them."
        if facts.deployment.accounts_apart
        else "One database account is used for everything. It takes the role that it needs, and "
        "the role that ranks has no right to read equality monitoring; but the account itself "
        "could take either.",
        "Each change of a record, and each look at a person, list or export of people, is written "
        "to an audit trail, with who did it and in which role. The service can change nothing of "
        "what is in it.",
    )


def impact_assessments(facts: Facts) -> str:
    """What the system measured that assessments need."""
    return paragraphs(
        "The audit by need, wait, place and each protected characteristic that is recorded is "
        f"summed up under “Model performance”. It was made for {day(facts.audit.last)}.",
        "It goes from the rules to being in work at 6 months, and counts where staff decided "
        "otherwise than the ranking.",
    )


def risks(facts: Facts) -> str:
    """Risks with what is done, then every limit that holds."""
    return paragraphs(
        "Risks, and what is done about them:\n"
        + bullets(f"{each.risk} {each.mitigation(facts)}" for each in RISKS),
        "Known limits:\n"
        + bullets(f"{each.about}: {each.says(facts)}" for each in limits_of(facts)),
    )


def _who_decides() -> str:
    return (
        "The service ranks and explains. A member of staff decides whom to put forward, and the "
        "person must have agreed to it; the service contacts no employer and puts nobody forward "
        "itself."
    )


def _decided(facts: Facts) -> str:
    """How many of the lists audited staff decided about."""
    report = facts.audit
    if not report.lists:
        return ""
    told = (
        "fewer than 5" if report.lists_decided is None else part(report.lists_decided, report.lists)
    )
    return (
        f"From {day(report.first)} to {day(report.last)} they did so in {told} of "
        f"{count(report.lists)} lists."
    )


def _made_up(facts: Facts) -> str:
    return MADE_UP if facts.demonstration else ""


def _versioned(version: str, note: str) -> str:
    return ", ".join(part for part in (version, origin(note)) if part)


def _rules(facts: Facts, outcome: Outcome) -> list[Rule]:
    return [rule for rule in facts.rules if rule.outcome is outcome]


def _may(facts: Facts) -> list[PolicyRecord]:
    """Policies that may order a list today."""
    return [each for each in facts.policies if not _refusal(each, facts)]


def _refusal(policy: PolicyRecord, facts: Facts) -> str:
    try:
        require_in_force(policy, facts.made_on)
    except PolicyError as error:
        return str(error)
    return ""


def _default_policy(facts: Facts) -> str:
    found = next((each for each in facts.policies if each.name == facts.default_policy), None)
    if found is None or _refusal(found, facts):
        return (
            f"The policy {facts.default_policy}, which is used unless staff choose another, may "
            "not run today; until it may, a list needs another policy to be chosen."
        )
    if found.kind is Kind.NONE:
        return f"The list stays in the order of the scores (policy {found.id})."
    return paragraphs(
        f"Unless staff choose another policy, the list is put in order under {found.id}: "
        f"{_aim(found)} It looks at {listed(group.label for group in found.groups)}. People who "
        f"score under {found.relevance_threshold * 100:g} points of 100 are not lifted by it. "
        f"{_targets(found)} A difference of under {facts.weights.tie_band * 100:g} points "
        "between two scores is taken to mean nothing."
    )


def _targets(policy: PolicyRecord) -> str:
    if policy.targets is not None:
        return "The shares that it aims for are written in the policy."
    return (
        "The share that it aims for is each group's own share among the people who fit that "
        "vacancy"
        + (
            f", drawn towards the region's as if {policy.shrinkage} more people of the region "
            "stood beside them."
            if policy.shrinkage
            else "."
        )
    )


def _policy(policy: PolicyRecord) -> str:
    """One policy in a line. Who signed is kept with it, and is not published here."""
    numbers = {
        Kind.STATISTICAL: f" Level of the test: {policy.alpha:g}.",
        Kind.AMORTISED: f" Each list keeps at least {percent(policy.min_ndcg, 1)} of its worth.",
    }
    days = " ".join(
        f"{word} {day(when)}"
        for word, when in (("from", policy.valid_from), ("until", policy.valid_until))
        if when
    )
    parts = [f"{policy.tier.value} ({TIERS[policy.tier]})"]
    if policy.approved_by or policy.tier is not Tier.T0:
        parts.append("signed by a named person" if policy.approved_by else "not signed")
    return (
        f"{policy.id}: {_aim(policy)}{numbers.get(policy.kind, '')} Grounds: "
        f"{plain(policy.evidence).rstrip('.')}. Owner: {plain(policy.owner)}. "
        f"{', '.join([*parts, *([days] if days else [])])}."
    )


def _aim(policy: PolicyRecord) -> str:
    return f"{plain(policy.aim).rstrip('.')}."


def _may_not(facts: Facts) -> str:
    refused = [each for each in facts.policies if _refusal(each, facts)]
    if not refused:
        return ""
    return "Policies that are kept and may not run today:\n" + bullets(
        _policy(each) for each in refused
    )


def _used(facts: Facts) -> str:
    report = facts.audit
    if not report.policies:
        return ""
    return (
        f"Lists that were shown from {day(report.first)} to {day(report.last)} were put in order "
        f"under: {listed(report.policies)}."
    )


def _words(names: Iterable[str]) -> str:
    """Names of fields as words."""
    return listed(PLAINER.get(name, name.replace("_", " ")) for name in names)

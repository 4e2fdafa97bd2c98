"""The wording of made-up adverts: as different as employers are."""

from random import Random

from demonstration.synthetic.catalogue import Occupation
from demonstration.synthetic.texts import as_doing, listed, sentence
from foundation.vocabulary import HoursPerWeek, Training

PERKS = (
    "Free parking.", "Uniform and boots supplied.", "Paid weekly.", "Overtime most weeks.",
    "Free meal on every shift.", "We pay for your training and give you time to do it.",
    "Staff minibus from the town centre.", "28 days' holiday including bank holidays.",
    "Travel costs refunded for the first month.", "Pension after three months.",
    "Chance to go permanent after 12 weeks.", "Advance on your first wage if you need it.",
    "Real progression: two of our team leaders came to us from prison.",
    "You will have a buddy for your first six weeks.",
)  # fmt: skip
WELCOME = (
    "A record is not a bar here, just be straight with us.",
    "We judge people on what they do next.",
    "We work with probation and are flexible around appointments.",
    "Applications from people on licence are welcome.",
    "We have a mentor on site who has been through the system.",
    "No CV? No problem, we will talk instead.",
)
TEAMS = (
    "small team of five", "busy team", "close crew", "friendly bunch", "team of twelve",
    "team that covers the whole county", "hard-working gang",
)  # fmt: skip
NEEDS = (
    "due to new contracts",
    "as we are growing",
    "to cover a busy season",
    "to replace a leaver",
)
HOURS = {
    HoursPerWeek.FULL_TIME: ("37.5 hours a week", "full time", "35 hours over five days"),
    HoursPerWeek.FULL_TIME_40_PLUS: (
        "40 hours a week plus overtime",
        "45 hours",
        "full time, 42 h",
    ),
    HoursPerWeek.PART_TIME: ("16 to 24 hours a week", "part time", "20 hours, some weekends"),
    HoursPerWeek.ZERO_HOURS: ("hours as and when", "casual hours", "no fixed hours"),
}
APPLY = (
    "Send a CV or a short letter through your prison employment lead.",
    "Ring or email the office. Your employment adviser can do this for you.",
    "CV and disclosure letter please. We interview by video link or in the visits hall.",
    "Apply through the employment hub. We will arrange a short phone call and then a trial shift.",
    "Tell us in a few lines why you would like the job. No formal CV needed.",
    "Ask your employment lead to send us your details. We aim to answer within a week.",
)
CERTIFICATE_WORDS = {
    Training.CSCS_CARD: ("Valid CSCS card", "CSCS card required", "CSCS needed before day one"),
    Training.FULL_UK_DRIVING_LICENCE: ("Full UK driving licence", "Clean-ish manual licence"),
    Training.HGV_LICENCE: ("HGV licence and Driver CPC", "LGV entitlement in date"),
    Training.FORKLIFT_LICENCE: ("In-date forklift licence", "FLT licence (RTITB or ITSSAR)"),
    Training.FOOD_HYGIENE_CERTIFICATE: ("Food hygiene Level 2", "Food safety certificate"),
    Training.MACHINERY_TICKETS: ("Relevant machine tickets", "CPCS or NPORS ticket"),
    Training.TRADE_COURSE: ("Trade qualification or NVQ", "Recognised trade course completed"),
    Training.SIA_LICENCE: ("SIA licence", "Valid SIA badge"),
    Training.FIRST_AID_CERTIFICATE: ("First aid certificate", "First aid at work, in date"),
    Training.HEALTH_AND_SAFETY: ("Health and safety certificate",),
    Training.MANUAL_HANDLING: ("Manual handling certificate",),
}

NAMED_BY = {  # words by which a criterion names the certificate already
    Training.CSCS_CARD: ("cscs", "card"),
    Training.FULL_UK_DRIVING_LICENCE: ("licen", "category"),
    Training.HGV_LICENCE: ("licen", "category", "hgv", "cpc"),
    Training.FORKLIFT_LICENCE: ("licen", "rtitb", "itssar", "flt"),
    Training.FOOD_HYGIENE_CERTIFICATE: ("hygiene", "food safety"),
    Training.MACHINERY_TICKETS: ("ticket", "cpcs", "npors"),
    Training.TRADE_COURSE: (
        "nvq",
        "level",
        "diploma",
        "qualif",
        "trade course",
        "trained",
        "certif",
    ),
    Training.SIA_LICENCE: ("sia",),
    Training.FIRST_AID_CERTIFICATE: ("first aid",),
    Training.HEALTH_AND_SAFETY: ("health and safety",),
    Training.MANUAL_HANDLING: ("manual handling",),
}


def advert(
    rng: Random, occupation: Occupation, title: str, employer: str, hours: HoursPerWeek
) -> str:
    """A description from three to six of the occupation's tasks, in one of six styles."""
    count = rng.randint(3, min(6, len(occupation.tasks)))
    tasks = [as_doing(task) for task in rng.sample(occupation.tasks, count)]
    week = rng.choice(HOURS[hours])
    article = "an" if title[0].lower() in "aeiou" else "a"
    job = title if title[:2].isupper() else title[0].lower() + title[1:]
    style = rng.randrange(6)
    if style == 0:
        text = (
            f"{employer} is looking for {article} {job} {rng.choice(NEEDS)}. You will be "
            f"{listed(tasks)}. This is {week}."
        )
    elif style == 1:
        bullets = "\n".join(f"- {task}" for task in tasks)
        text = f"{sentence(title)} Duties will include:\n{bullets}\n{sentence(week)}"
    elif style == 2:
        text = (
            f"We need someone to join our {rng.choice(TEAMS)}. One day you'll be {tasks[0]}, the "
            f"next {listed(tasks[1:])}. It's {week} and we'll show you how we like things done."
        )
    elif style == 3:
        text = f"{sentence(f'{title} wanted')} {' '.join(map(sentence, tasks))} {sentence(week)}"
    elif style == 4:
        text = (
            f"As {article} {job} with {employer} you would be responsible for {listed(tasks)}. "
            f"You will report to the {rng.choice(('site', 'duty', 'shift', 'area'))} manager. "
            f"Working hours: {week}."
        )
    else:
        text = (
            f"Main purpose of the job: {tasks[0]}. Other duties: {'; '.join(tasks[1:])}. "
            f"Any other reasonable task the manager asks for. Hours: {week}."
        )
    extra = [rng.choice(PERKS)] if rng.random() < 0.6 else []
    extra += [rng.choice(WELCOME)] if rng.random() < 0.45 else []
    return " ".join((text, *extra))


def criteria(rng: Random, occupation: Occupation) -> str:
    """Three to five essential criteria, as sentences or one to a line, certificates among them."""
    count = min(rng.randint(3, 5), len(occupation.essential))
    wanted = rng.sample(occupation.essential, count)
    said = " ".join(wanted).lower()
    for certificate in occupation.required_certificates:
        named = any(word in said for word in NAMED_BY[certificate])
        if not named and rng.random() < 0.75:
            wanted.insert(0, rng.choice(CERTIFICATE_WORDS[certificate]))
    return _set_out(rng, wanted)


def wished_for(rng: Random, occupation: Occupation) -> str | None:
    """Desirable criteria, or none."""
    if not occupation.desirable or rng.random() < 0.2:
        return None
    count = rng.randint(1, min(3, len(occupation.desirable)))
    return _set_out(rng, rng.sample(occupation.desirable, count))


def _set_out(rng: Random, points: list[str]) -> str:
    style = rng.randrange(5)
    if style == 0:
        return " ".join(map(sentence, points))
    if style == 1:
        return "\n".join(map(sentence, points))
    if style == 2:
        return "\n".join(f"{number}. {point}" for number, point in enumerate(points, 1))
    mark = "-" if style == 3 else "•"
    return "\n".join(f"{mark} {point}" for point in points)

"""The codes of the field, as the Ministry of Justice's work-after-leaving-prison services use them.

Values are the codes to exchange; `label` is what people read. Where a code is ours and not theirs,
the class says so.
"""

from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """A code with a label. Written `NAME = "NAME", "Label"`; the label defaults to the words."""

    label: str

    def __new__(cls, value: str, label: str | None = None) -> Self:
        """Make the member; the label is an attribute and never part of the value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value.replace("_", " ").capitalize()
        return member


class Sector(Code):
    """Types of work: the 15 that vacancies and people's interests share."""

    OUTDOOR = "OUTDOOR", "Animal care and farming"
    CLEANING_AND_MAINTENANCE = "CLEANING_AND_MAINTENANCE", "Cleaning and maintenance"
    CONSTRUCTION = "CONSTRUCTION", "Construction and trade"
    DRIVING = "DRIVING", "Driving and transport"
    BEAUTY = "BEAUTY", "Hair, beauty and wellbeing"
    HOSPITALITY = "HOSPITALITY", "Hospitality and catering"
    TECHNICAL = "TECHNICAL", "IT and digital"
    MANUFACTURING = "MANUFACTURING", "Manufacturing and technical"
    OFFICE = "OFFICE", "Office or desk-based"
    RETAIL = "RETAIL", "Retail and sales"
    SPORTS = "SPORTS", "Sport and fitness"
    WAREHOUSING = "WAREHOUSING", "Warehousing and storage"
    EDUCATION_TRAINING = "EDUCATION_TRAINING", "Training and support"
    WASTE_MANAGEMENT = "WASTE_MANAGEMENT", "Waste management"
    OTHER = "OTHER", "Other"


class EmployerSector(Code):
    """Industries, for reporting."""

    ADMIN_SUPPORT = "ADMIN_SUPPORT", "Administration and support"
    AGRICULTURE = "AGRICULTURE"
    ARTS_ENTERTAINMENT = "ARTS_ENTERTAINMENT", "Arts and entertainment"
    CONSTRUCTION = "CONSTRUCTION"
    EDUCATION = "EDUCATION"
    ENERGY = "ENERGY"
    FINANCE = "FINANCE"
    HEALTH_SOCIAL = "HEALTH_SOCIAL", "Health and social care"
    HOSPITALITY_CATERING = "HOSPITALITY_CATERING", "Hospitality and catering"
    LOGISTICS = "LOGISTICS"
    MANUFACTURING = "MANUFACTURING"
    MINING = "MINING"
    OTHER = "OTHER"
    PROFESSIONALS_SCIENTISTS_TECHNICIANS = (
        "PROFESSIONALS_SCIENTISTS_TECHNICIANS",
        "Professionals, scientists and technicians",
    )
    PROPERTY = "PROPERTY"
    PUBLIC_ADMIN_DEFENCE = "PUBLIC_ADMIN_DEFENCE", "Public administration and defence"
    RETAIL = "RETAIL"
    TECHNOLOGY = "TECHNOLOGY"
    WASTE_MANAGEMENT = "WASTE_MANAGEMENT", "Waste management"


class EmployerStatus(Code):
    """Standing of an employer with the service."""

    KEY_PARTNER = "KEY_PARTNER", "Platinum (key partner)"
    GOLD = "GOLD"
    SILVER = "SILVER"


class ReleaseDateType(Code):
    """Which of the sentence's dates the release date is."""

    ARD = "ARD", "Automatic release date"
    CRD = "CRD", "Conditional release date"
    NPD = "NPD", "Non-parole date"
    PRRD = "PRRD", "Post-recall release date"


class ReadinessStatus(Code):
    """Where a person stands with finding work."""

    NOT_STARTED = "NOT_STARTED", "Not started"
    SUPPORT_DECLINED = "SUPPORT_DECLINED", "Does not want support"
    SUPPORT_NEEDED = "SUPPORT_NEEDED", "Needs support"
    READY_TO_WORK = "READY_TO_WORK", "Ready to work"
    NO_RIGHT_TO_WORK = "NO_RIGHT_TO_WORK", "No right to work in the UK"


class ReadinessAction(Code):
    """What is done before someone is ready for an employer."""

    BANK_ACCOUNT = "BANK_ACCOUNT"
    CV_AND_COVERING_LETTER = "CV_AND_COVERING_LETTER", "CV and covering letter"
    DISCLOSURE_LETTER = "DISCLOSURE_LETTER"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    HOUSING = "HOUSING"
    ID = "ID", "ID"
    INTERVIEW_CLOTHING = "INTERVIEW_CLOTHING"


class ActionStatus(Code):
    """How far a readiness action has come."""

    NOT_STARTED = "NOT_STARTED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"


class IdDocument(Code):
    """Proof of identity that a person holds."""

    BIRTH_CERTIFICATE = "BIRTH_CERTIFICATE"
    DRIVING_LICENCE = "DRIVING_LICENCE"
    PASSPORT = "PASSPORT"
    OTHER = "OTHER"


class DeclinedReason(Code):
    """Why someone does not want support to find work."""

    ALREADY_HAS_WORK = "ALREADY_HAS_WORK"
    LIMIT_THEIR_ABILITY = "LIMIT_THEIR_ABILITY"
    FULL_TIME_CARER = "FULL_TIME_CARER", "Full-time carer"
    HOUSING_NOT_IN_PLACE = "HOUSING_NOT_IN_PLACE"
    LACKS_CONFIDENCE_OR_MOTIVATION = "LACKS_CONFIDENCE_OR_MOTIVATION"
    HEALTH = "HEALTH"
    NO_REASON = "NO_REASON"
    RETIRED = "RETIRED"
    RETURNING_TO_JOB = "RETURNING_TO_JOB"
    SELF_EMPLOYED = "SELF_EMPLOYED", "Self-employed"
    OTHER = "OTHER"


class ChangeNeeded(Code):
    """What would have to change for someone who declined support."""

    HOUSING_ON_RELEASE = "HOUSING_ON_RELEASE"
    ID_ON_RELEASE = "ID_ON_RELEASE", "ID on release"
    DEPENDENCY_SUPPORT = "DEPENDENCY_SUPPORT"
    MENTAL_HEALTH_SUPPORT = "MENTAL_HEALTH_SUPPORT"
    OTHER = "OTHER"


class AffectingAbility(Code):
    """What affects someone's ability to work."""

    EDUCATION_ENROLLMENT = "EDUCATION_ENROLLMENT", "Education enrolment"
    FAMILY_ISSUES = "FAMILY_ISSUES"
    CARING_RESPONSIBILITIES = "CARING_RESPONSIBILITIES"
    MENTAL_HEALTH_ISSUES = "MENTAL_HEALTH_ISSUES"
    PHYSICAL_HEALTH_ISSUES = "PHYSICAL_HEALTH_ISSUES"
    DEPENDENCY_ISSUES = "DEPENDENCY_ISSUES"
    NONE = "NONE"


class QualificationType(Code):
    """Qualifications and training, as recorded when readiness is first discussed."""

    ADVANCED_EDUCATION = "ADVANCED_EDUCATION"
    CSCS = "CSCS", "CSCS"
    DRIVING_LICENSE = "DRIVING_LICENSE", "Driving licence"
    FIRST_AID = "FIRST_AID"
    FOOD_HYGIENE = "FOOD_HYGIENE"
    HEALTH_AND_SAFETY = "HEALTH_AND_SAFETY"
    HGV_LICENSE = "HGV_LICENSE", "HGV licence"
    HIGHER_EDUCATION = "HIGHER_EDUCATION"
    MACHINERY = "MACHINERY"
    MANUAL = "MANUAL", "Manual handling"
    TRADE = "TRADE"
    SCHOOL_EDUCATION = "SCHOOL_EDUCATION"
    OTHER = "OTHER"
    NONE = "NONE"


class Skill(Code):
    """Personal skills from induction."""

    COMMUNICATION = "COMMUNICATION"
    POSITIVE_ATTITUDE = "POSITIVE_ATTITUDE"
    RESILIENCE = "RESILIENCE"
    SELF_MANAGEMENT = "SELF_MANAGEMENT", "Self-management"
    TEAMWORK = "TEAMWORK"
    THINKING_AND_PROBLEM_SOLVING = "THINKING_AND_PROBLEM_SOLVING"
    WILLINGNESS_TO_LEARN = "WILLINGNESS_TO_LEARN"
    OTHER = "OTHER"
    NONE = "NONE"


class QualificationLevel(Code):
    """Level of a qualification in the Regulated Qualifications Framework."""

    ENTRY_LEVEL = "ENTRY_LEVEL"
    LEVEL_1 = "LEVEL_1"
    LEVEL_2 = "LEVEL_2"
    LEVEL_3 = "LEVEL_3"
    LEVEL_4 = "LEVEL_4"
    LEVEL_5 = "LEVEL_5"
    LEVEL_6 = "LEVEL_6"
    LEVEL_7 = "LEVEL_7"
    LEVEL_8 = "LEVEL_8"


class Training(Code):
    """Training and licences held. FORKLIFT_LICENCE and SIA_LICENCE are ours: jobs require them."""

    CSCS_CARD = "CSCS_CARD", "CSCS card"
    FIRST_AID_CERTIFICATE = "FIRST_AID_CERTIFICATE", "First aid certificate"
    FOOD_HYGIENE_CERTIFICATE = "FOOD_HYGIENE_CERTIFICATE", "Food hygiene certificate"
    FULL_UK_DRIVING_LICENCE = "FULL_UK_DRIVING_LICENCE", "Full UK driving licence"
    HEALTH_AND_SAFETY = "HEALTH_AND_SAFETY", "Health and safety"
    HGV_LICENCE = "HGV_LICENCE", "HGV licence"
    MACHINERY_TICKETS = "MACHINERY_TICKETS", "Machinery tickets"
    MANUAL_HANDLING = "MANUAL_HANDLING", "Manual handling"
    TRADE_COURSE = "TRADE_COURSE", "Trade course"
    FORKLIFT_LICENCE = "FORKLIFT_LICENCE", "Forklift licence"
    SIA_LICENCE = "SIA_LICENCE", "SIA licence"
    OTHER = "OTHER", "Other"
    NONE = "NONE", "None"


class PrisonWork(Code):
    """Work done in prison."""

    CLEANING_AND_HYGIENE = "CLEANING_AND_HYGIENE"
    COMPUTERS_OR_DESK_BASED = "COMPUTERS_OR_DESK_BASED", "Computers or desk-based work"
    GARDENING_AND_OUTDOORS = "GARDENING_AND_OUTDOORS"
    KITCHENS_AND_COOKING = "KITCHENS_AND_COOKING"
    MAINTENANCE = "MAINTENANCE"
    PRISON_LAUNDRY = "PRISON_LAUNDRY", "Laundry"
    PRISON_LIBRARY = "PRISON_LIBRARY", "Library"
    TEXTILES_AND_SEWING = "TEXTILES_AND_SEWING"
    WELDING_AND_METALWORK = "WELDING_AND_METALWORK"
    WOODWORK_AND_JOINERY = "WOODWORK_AND_JOINERY"
    OTHER = "OTHER"


class PrisonTraining(Code):
    """Training taken in prison."""

    BARBERING_AND_HAIRDRESSING = "BARBERING_AND_HAIRDRESSING"
    CATERING = "CATERING"
    COMMUNICATION_SKILLS = "COMMUNICATION_SKILLS"
    ENGLISH_LANGUAGE_SKILLS = "ENGLISH_LANGUAGE_SKILLS", "English language skills"
    FORKLIFT_DRIVING = "FORKLIFT_DRIVING"
    INTERVIEW_SKILLS = "INTERVIEW_SKILLS"
    MACHINERY_TICKETS = "MACHINERY_TICKETS"
    NUMERACY_SKILLS = "NUMERACY_SKILLS"
    RUNNING_A_BUSINESS = "RUNNING_A_BUSINESS"
    SOCIAL_AND_LIFE_SKILLS = "SOCIAL_AND_LIFE_SKILLS"
    WELDING_AND_METALWORK = "WELDING_AND_METALWORK"
    WOODWORK_AND_JOINERY = "WOODWORK_AND_JOINERY"
    OTHER = "OTHER"


class Offence(Code):
    """Categories that an employer may exclude; a person's offences are recorded in the same ones.

    NONE, for a person, is "none of these".
    """

    ARSON = "ARSON"
    DRIVING = "DRIVING"
    MURDER = "MURDER"
    SEXUAL = "SEXUAL"
    TERRORISM = "TERRORISM"
    OTHER = "OTHER"
    NONE = "NONE"


class OffenceExclusion(Code):
    """What an employer excludes. CASE_BY_CASE and OTHER are for a person to look at."""

    NONE = "NONE"
    CASE_BY_CASE = "CASE_BY_CASE", "Case by case"
    ARSON = "ARSON"
    DRIVING = "DRIVING"
    MURDER = "MURDER"
    SEXUAL = "SEXUAL"
    TERRORISM = "TERRORISM"
    OTHER = "OTHER"


class LicenceCondition(Code):
    """Licence conditions that restrict work (ours)."""

    NO_WORK_WITH_CHILDREN = "NO_WORK_WITH_CHILDREN"
    NO_WORK_WITH_VULNERABLE_ADULTS = "NO_WORK_WITH_VULNERABLE_ADULTS"
    NO_INTERNET = "NO_INTERNET", "No internet use"
    CURFEW = "CURFEW"
    EXCLUSION_ZONE = "EXCLUSION_ZONE"
    NO_DRIVING = "NO_DRIVING"
    EMPLOYMENT_NEEDS_APPROVAL = "EMPLOYMENT_NEEDS_APPROVAL", "Employment needs approval"
    NONE = "NONE"


class Involves(Code):
    """What a job involves that a licence condition can touch (ours)."""

    CHILDREN = "CHILDREN", "Work with children"
    VULNERABLE_ADULTS = "VULNERABLE_ADULTS", "Work with vulnerable adults"
    INTERNET = "INTERNET", "Use of the internet"
    DRIVING = "DRIVING", "Driving"
    NONE = "NONE"


class Consent(Code):
    """Consent to being matched (ours)."""

    NOT_ASKED = "NOT_ASKED"
    GIVEN = "GIVEN"
    WITHDRAWN = "WITHDRAWN"


class RightToWork(Code):
    """Right to work in the UK (ours)."""

    YES = "YES"
    NO = "NO"
    UNKNOWN = "UNKNOWN"


class Accommodation(Code):
    """Accommodation expected on release (ours)."""

    SETTLED = "SETTLED"
    TEMPORARY = "TEMPORARY"
    NO_FIXED_ABODE = "NO_FIXED_ABODE", "No fixed abode"
    UNKNOWN = "UNKNOWN"


class SkillLevel(Code):
    """Assessed level of literacy, numeracy or digital skill (ours, after prison assessments)."""

    BELOW_ENTRY_3 = "BELOW_ENTRY_3", "Below entry level 3"
    ENTRY_3 = "ENTRY_3", "Entry level 3"
    LEVEL_1 = "LEVEL_1"
    LEVEL_2 = "LEVEL_2", "Level 2 or above"
    UNKNOWN = "UNKNOWN"


class Source(Code):
    """Who brought the vacancy in."""

    DWP = "DWP", "Department for Work and Pensions"
    EAB = "EAB", "Employment Advisory Board"
    EDUCATION = "EDUCATION"
    IAG = "IAG", "Information, advice and guidance"
    NFN = "NFN", "New Futures Network"
    PRISON = "PRISON"
    THIRD_SECTOR = "THIRD_SECTOR"
    PEL = "PEL", "Prison employment lead"
    OTHER = "OTHER"


class BaseLocation(Code):
    """Where the work is done."""

    REMOTE = "REMOTE"
    HYBRID = "HYBRID"
    WORKPLACE = "WORKPLACE"


class SalaryPeriod(Code):
    """What the salary is for."""

    PER_HOUR = "PER_HOUR"
    PER_DAY = "PER_DAY"
    PER_WEEK = "PER_WEEK"
    PER_FORTNIGHT = "PER_FORTNIGHT"
    PER_MONTH = "PER_MONTH"
    PER_YEAR = "PER_YEAR"
    PER_YEAR_PRO_RATA = "PER_YEAR_PRO_RATA", "Per year, pro rata"


class WorkPattern(Code):
    """How the hours are arranged."""

    ANNUALISED_HOURS = "ANNUALISED_HOURS"
    COMPRESSED_HOURS = "COMPRESSED_HOURS"
    FLEXI_TIME = "FLEXI_TIME", "Flexi-time"
    FLEXIBLE_SHIFTS = "FLEXIBLE_SHIFTS"
    JOB_SHARE = "JOB_SHARE"
    STAGGERED_HOURS = "STAGGERED_HOURS"
    TERM_TIME_HOURS = "TERM_TIME_HOURS", "Term-time hours"
    UNSOCIABLE_HOURS = "UNSOCIABLE_HOURS"


class HoursPerWeek(Code):
    """How many hours a week."""

    FULL_TIME = "FULL_TIME", "Full-time (30 to 39 hours)"
    FULL_TIME_40_PLUS = "FULL_TIME_40_PLUS", "Full-time (40 hours or more)"
    PART_TIME = "PART_TIME", "Part-time (under 30 hours)"
    ZERO_HOURS = "ZERO_HOURS", "Zero hours"


class ContractType(Code):
    """What kind of contract is offered."""

    FIXED_TERM_CONTRACT = "FIXED_TERM_CONTRACT", "Fixed-term contract"
    PERMANENT = "PERMANENT"
    SELF_EMPLOYMENT = "SELF_EMPLOYMENT", "Self-employment"
    TEMPORARY = "TEMPORARY"


class ApplicationDocument(Code):
    """What an applicant is asked for."""

    CV = "CV", "CV"
    DISCLOSURE_LETTER = "DISCLOSURE_LETTER"
    OTHER = "OTHER"


class Role(Code):
    """Kinds of user (ours: the published services have prison and broker staff only)."""

    PRISON_EMPLOYMENT_LEAD = "PRISON_EMPLOYMENT_LEAD", "Prison employment lead"
    NFN_BROKER = "NFN_BROKER", "New Futures Network broker"
    EMPLOYER = "EMPLOYER", "Employer"
    WORK_COACH = "WORK_COACH", "DWP work coach"
    AUDITOR = "AUDITOR", "Auditor"
    ADMINISTRATOR = "ADMINISTRATOR", "Administrator"


class ApplicationState(Code):
    """How far an application has come; theirs, and ours around them.

    Ours: SHORTLISTED and PUT_FORWARD before theirs begin, what became of an offer, and work.
    """

    SHORTLISTED = "SHORTLISTED"
    PUT_FORWARD = "PUT_FORWARD"
    APPLICATION_MADE = "APPLICATION_MADE"
    SELECTED_FOR_INTERVIEW = "SELECTED_FOR_INTERVIEW"
    INTERVIEW_BOOKED = "INTERVIEW_BOOKED"
    APPLICATION_UNSUCCESSFUL = "APPLICATION_UNSUCCESSFUL"
    UNSUCCESSFUL_AT_INTERVIEW = "UNSUCCESSFUL_AT_INTERVIEW"
    JOB_OFFER = "JOB_OFFER"
    OFFER_ACCEPTED = "OFFER_ACCEPTED"
    OFFER_DECLINED = "OFFER_DECLINED"
    WITHDRAWN = "WITHDRAWN"
    STARTED = "STARTED", "Started work"
    IN_WORK_6_WEEKS = "IN_WORK_6_WEEKS", "In work at 6 weeks"
    IN_WORK_6_MONTHS = "IN_WORK_6_MONTHS", "In work at 6 months"


class OutcomePoint(Code):
    """When it is asked whether someone is in work, counted from the release (ours)."""

    SIX_WEEKS = "SIX_WEEKS", "6 weeks"
    SIX_MONTHS = "SIX_MONTHS", "6 months"


class OutcomeAtPoint(Code):
    """What is found then (ours). The last two are counted beside a rate, never in it."""

    IN_WORK = "IN_WORK"
    NOT_IN_WORK = "NOT_IN_WORK"
    UNAVAILABLE = "UNAVAILABLE", "Unavailable for work"
    UNKNOWN = "UNKNOWN", "Not known"


class UnsuccessfulReason(Code):
    """Why an employer went no further with someone (ours)."""

    SKILLS = "SKILLS", "Skills not what the job needs"
    EXPERIENCE = "EXPERIENCE", "Not enough experience"
    LICENCE_OR_CERTIFICATE = "LICENCE_OR_CERTIFICATE", "A licence or certificate is missing"
    FAILED_TO_ATTEND = "FAILED_TO_ATTEND", "Did not attend"
    POSITION_FILLED = "POSITION_FILLED"
    CONVICTION_NOT_SUITABLE = "CONVICTION_NOT_SUITABLE", "Conviction disclosed, role not suitable"
    TRAVEL = "TRAVEL", "Travel to work"
    HOURS = "HOURS", "Hours or shifts"
    START_DATE = "START_DATE", "Cannot start when needed"
    JOB_WITHDRAWN = "JOB_WITHDRAWN", "The job is no longer offered"
    OTHER = "OTHER"


class OfferDeclinedReason(Code):
    """Why someone turned an offer down (ours)."""

    TRAVEL = "TRAVEL", "Travel to work"
    PAY = "PAY"
    HOURS = "HOURS", "Hours or shifts"
    HEALTH = "HEALTH"
    ACCOMMODATION = "ACCOMMODATION"
    LICENCE_CONDITIONS = "LICENCE_CONDITIONS"
    OTHER_WORK = "OTHER_WORK", "Took other work"
    CHANGED_MIND = "CHANGED_MIND", "No longer wants this job"
    OTHER = "OTHER"


class WithdrawnReason(Code):
    """Why an application was taken back before it came to work (ours)."""

    AGREEMENT_WITHDRAWN = "AGREEMENT_WITHDRAWN", "Agreement to be put forward withdrawn"
    CHANGED_MIND = "CHANGED_MIND", "No longer wants this job"
    OTHER_WORK = "OTHER_WORK", "Took other work"
    RECALLED_OR_IN_CUSTODY = "RECALLED_OR_IN_CUSTODY", "Recalled or still in custody"
    HEALTH = "HEALTH"
    ACCOMMODATION = "ACCOMMODATION"
    SUPPORT_NEEDED = "SUPPORT_NEEDED", "Needs support first"
    TRAVEL = "TRAVEL", "Travel to work"
    HOURS = "HOURS", "Hours or shifts"
    DID_NOT_START = "DID_NOT_START", "Did not start"
    OTHER = "OTHER"


class CorrectionReason(Code):
    """Why what was recorded of an application is put right (ours)."""

    WRONG_APPLICATION = "WRONG_APPLICATION", "Recorded on the wrong application"
    WRONG_STATE = "WRONG_STATE", "Something else happened"
    WRONG_DATE = "WRONG_DATE", "It happened on another day"
    WRONG_DETAIL = "WRONG_DETAIL", "The reason or note was wrong"
    LATER_FILE = "LATER_FILE", "A later file says otherwise"


class AgreementHow(Code):
    """How someone agreed to be put forward (ours)."""

    IN_PERSON = "IN_PERSON"
    IN_WRITING = "IN_WRITING"
    BY_PHONE = "BY_PHONE"

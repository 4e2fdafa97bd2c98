"""Ranked lists for real adverts as Markdown, to be read by eye."""

from collections.abc import Iterable
from typing import Any

Record = dict[str, Any]


def page(lists: Iterable[Record], top: int) -> str:
    """Each advert, what was read of it, its first `top` people in full and the rest in a line."""
    return "\n\n".join(_advert(each, top) for each in lists) + "\n"


def _advert(record: Record, top: int) -> str:
    first, behind = record["top"][:top], record["top"][top:]
    return "\n".join(
        [
            f"# {record['group']} {record['place']}: {record['title']} ({record['employer']})",
            f"{record['reference']}; {record['sector']}; open {record['open']}, compared "
            f"{record['compared']}",
            "",
            record["advert"],
            "",
            *(_requirement(each) for each in record["requirements"]),
            *(_place(rank, each) for rank, each in enumerate(first, start=1)),
            "",
            "Behind:",
            *(
                f"{rank}. {each['score'] / 1e6:.3f} {person_in_words(each['person'])}"
                for rank, each in enumerate(behind, start=top + 1)
            ),
        ]
    )


def _requirement(read: Record) -> str:
    if read["why_not"]:
        return f"- ({read['why_not']}) {read['text']}"
    marks = [read["kind"], *(["attitude"] if read["attitude"] else []), *read["certificates"]]
    return f"- [{', '.join(marks)}] {read['text']}"


def _place(rank: int, place: Record) -> str:
    parts = ", ".join(f"{name} {value:.2f}" for name, (value, *_) in place["contributions"].items())
    matches = "; ".join(
        f"{each['credit']:.2f} {each['requirement'][:40]}… ← {each['evidence']}"
        for each in place["matches"]
    )
    return (
        f"\n## {rank}. {place['score'] / 1e6:.3f}, {place['distance']}\n"
        f"{person_in_words(place['person'])}\n({parts})\n({matches})"
    )


def person_in_words(person: Record) -> str:
    """A record in one paragraph: jobs, skills, certificates, prison, wishes, limits."""
    jobs = [
        f"{job['role']} {job.get('start_year', '')}-{job.get('end_year', '')}: "
        f"{job.get('details', '')}".rstrip(": ")
        for job in person.get("work_experience", [])
    ]
    wants = [
        f"{wish.get('role') or ''} ({wish['type']})" for wish in person.get("work_interests", [])
    ]
    parts = {
        "": [*jobs, person.get("previous_work") or ""],
        "skills": [*person.get("skills", []), *person.get("other_skills", [])],
        "qualified": [
            *(f"{q['subject']} {q.get('level', '')}" for q in person.get("qualifications", [])),
            person.get("other_qualifications") or "",
        ],
        "certificates": [*(person.get("training") or []), *person.get("qualification_types", [])],
        "prison": [
            *person.get("prison_work", []),
            *(course["type"] for course in person.get("prison_training", [])),
        ],
        "wants": [*wants, person.get("job_of_particular_interest") or ""],
        "limits": [*person.get("hours_wanted", []), *(person.get("licence_conditions") or [])],
        "miles": [str(person.get("furthest_travel_miles", ""))],
        "drives": [str(person.get("can_drive", ""))],
        "level": [str(person.get(name, "?")) for name in ("literacy", "numeracy", "digital")],
        "last worked": [str(person.get("years_since_last_work", ""))],
    }
    return " | ".join(
        f"{name}: {', '.join(filled)}" if name else "; ".join(filled)
        for name, words in parts.items()
        if (filled := [word for word in words if word])
    )

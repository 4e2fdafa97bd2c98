"""Turn a flat file of real adverts into schema.org JobPosting objects, one a line.

    python -m benchmarks.real_adverts adverts.jsonl.gz postings.jsonl
    newfutures import vacancies postings.jsonl

The flat file has, for each advert: id, title, text, employer, postcode, locality, lat, lon,
salary_min, salary_max, unit, type, posted, valid.
"""

import gzip
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def job_posting(advert: dict[str, Any]) -> dict[str, Any]:
    """One advert as a JobPosting."""
    salary = {
        "@type": "MonetaryAmount",
        "currency": "GBP",
        "value": {
            "@type": "QuantitativeValue",
            "minValue": advert["salary_min"],
            "maxValue": advert["salary_max"],
            "unitText": advert["unit"],
        },
    }
    return {
        "@context": "https://schema.org",
        "@type": "JobPosting",
        "identifier": {"@type": "PropertyValue", "value": advert["id"]},
        "title": advert["title"],
        "description": advert["text"],
        "hiringOrganization": {"@type": "Organization", "name": advert["employer"]},
        "jobLocation": {
            "@type": "Place",
            "address": {
                "@type": "PostalAddress",
                "addressLocality": advert["locality"],
                "postalCode": advert["postcode"],
            },
        },
        "employmentType": advert["type"],
        "datePosted": advert["posted"],
        "validThrough": advert["valid"],
        **({"baseSalary": salary} if advert["salary_min"] else {}),
    }


def read_adverts(path: Path) -> Iterator[dict[str, Any]]:
    """The adverts of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def main() -> None:
    """Convert the first argument into the second."""
    source, target = map(Path, sys.argv[1:3])
    with target.open("w", encoding="utf-8") as file:
        for advert in read_adverts(source):
            file.write(json.dumps(job_posting(advert), ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()

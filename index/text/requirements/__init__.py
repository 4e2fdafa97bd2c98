"""What an advert's criteria ask for, line by line. Pure: texts in, frozen requirements out."""

from index.text.requirements.model import Requirement, RequirementKind
from index.text.requirements.reading import read_prose, read_requirements

__all__ = ["Requirement", "RequirementKind", "read_prose", "read_requirements"]

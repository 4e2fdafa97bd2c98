"""What an advert's criteria ask for, line by line. Pure: texts in, frozen requirements out."""

from index.requirements.model import Requirement, RequirementKind
from index.requirements.reading import read_prose, read_requirements

__all__ = ["Requirement", "RequirementKind", "read_prose", "read_requirements"]

"""The facets of a sentence: the pieces that may each be matched by a different piece of evidence.

"Cypress for frontend is a must, pytest for backend" asks for two things; one vector of the whole
lies between them and is near to neither.
"""

import re

BREAK = re.compile(
    r"[^\w+#.&'’ -]+|\s[-–—]\s|\.(?=\s|$)|\b(?:and|or|with|in|of|for|to|using)\b", re.IGNORECASE
)
FEWEST_LETTERS = 3
FEWEST_KEYWORDS, LONGEST_KEYWORD = 3, 5  # in words


def facets_of(text: str) -> tuple[str, ...]:
    """The different pieces between punctuation, joining words and prepositions; none if one."""
    pieces = (" ".join(piece.split()) for piece in BREAK.split(text))
    kept = dict.fromkeys(piece for piece in pieces if len(piece) >= FEWEST_LETTERS)
    return tuple(kept) if len(kept) > 1 else ()


def keywords_of(text: str) -> tuple[str, ...]:
    """The entries of a bare list ("agile, aws, project management"); empty if it is not one."""
    entries = tuple(" ".join(entry.split()) for entry in re.split(r"[,;|]", text.strip(" .")))
    is_list = len(entries) >= FEWEST_KEYWORDS and all(
        1 <= len(entry.split()) <= LONGEST_KEYWORD for entry in entries
    )
    return entries if is_list else ()

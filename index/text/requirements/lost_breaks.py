"""Where one item of a list ends and the next begins, in a text that has lost its bullets.

Adverts that were copied through a form run on: "Full driving licence Experience of a similar role
Ability to work in a team". Read as one requirement, a licence would answer for all of it, and a
heading in the middle would not be seen. A new item begins with a capital after a small letter, at
a word or two that items are known to begin with (`[lost]` in `phrases.toml`).
"""

import re
from collections.abc import Iterator

from index.text.requirements.phrases import phrases

RUNS_ON = re.compile(  # the words before it need what follows
    r"(?:^|\s)(?:an?|the|this|our|your|their|his|her|its|some|any|of|and|or|to|in|for|with|by|at|on|as"
    r"|from|than|is|are|be|have|has|hold(?:s|ing)?|good|excellent|basic|strong|valid|current|relevant"
    r"|e\.?g\.?|[A-Z][a-z’'-][\w’'-]*)$"
)
HEADING = re.compile(r"\b(?:Essential|Desirable|ESSENTIAL|DESIRABLE)(?=\s+[A-Z])")


def lost_breaks(text: str) -> Iterator[int]:
    """Where items begin that nothing parts from the words before them; in no order."""
    for found in phrases().lost.finditer(text):
        if not RUNS_ON.search(text[: found.start()].rstrip()):
            yield found.start()
    for heading in HEADING.finditer(text):
        yield heading.end()

"""Words as they were most likely meant. Only machines read the result; people see what was written.

A word that the dictionary does not know becomes the commonest word that people so misspell: with a
letter too many, one missing, two changed round (optimal string alignment distance 1, found by
SymSpell) or one that sounds alike. What is short, rare, in capitals or a name is left alone,
because a wrong guess does more harm than a slip.
"""

import re
from functools import cache, lru_cache
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

from foundation.errors import ModelError
from index.checksums import sha256_of

if TYPE_CHECKING:
    from symspellpy import SymSpell

# Part of the id of every vector. Change it whenever a text would be mended otherwise.
SPELLING_ID = "+spelt-1"

DICTIONARY = "frequency_dictionary_en_82_765.txt"  # words with how often books have them
DICTIONARY_SHA256 = "68e9dc81c7e73bd7310b57e516ecaea0d8b6387ff71344a57c04174650a407a7"
COMMON = 50_000  # times in those books; a guess must be at least so common
REMEMBERED = 100_000
SOUND_ALIKE = (set("aeiouy"), set("cksz"))

# Five letters or more, small but for the first, and no part of an address, a code or a compound.
WORD = re.compile(r"(?<![\w'@./&+#-])[A-Za-z][a-z]{4,}(?![\w'@/&+#]|[-.]\w)")
BEGINS = re.compile(r"(?:\A|[.!?:;\n*\u2022\u2013-])\s*\Z")

# What adverts and people at work write, some employers' names among it, and the dictionary lacks.
WORDS_OF_WORK = """
artexing banksman banksmen barback bartending cementitious chargehand coving deburring dryliner
drylining emulsioning fettling firestopping fitout gcses groundworker groundworkers groundworks
handwashing jetwash jetwashing kitchenhand linemarking loftboarding multitrade nebosh newbuild
palletised palletiser palletising palletwrap pasma pebbledash pebbledashing plasterboarding
pointwork potwash potwashing reachtruck rebar repointing retiler rooflight scaffolder scaffolders
screeder screeding shotblasting shutterer slabbing snagger soffits steelfixer steelfixing strimmer
strimming stripout tarmacer tarmacing telehandler telehandlers timesheets trackside upselling
valeter valeters
backend deliverables financials frontend onboard onboarding payables skillset
greggs morrisons sainsburys tesco wetherspoons
"""


def as_meant(text: str) -> str:
    """The text with its slips of spelling mended, as far as they can be told.

    Raises:
        ModelError: the dictionary is not the one expected.
    """
    return WORD.sub(_mended, text)


def _mended(match: re.Match[str]) -> str:
    word = match[0]
    if word.islower():
        return _meant(word)
    if BEGINS.search(match.string, 0, match.start()):
        return _meant(word.lower()).capitalize()
    return word  # most likely a name


@lru_cache(REMEMBERED)
def _meant(word: str) -> str:
    from symspellpy import Verbosity

    dictionary = _dictionary()
    if word in dictionary.words or word.removesuffix("s") in dictionary.words:
        return word
    nearest = dictionary.lookup(word, Verbosity.CLOSEST, max_edit_distance=1)  # commonest first
    meant = (each.term for each in nearest if each.count >= COMMON and _is_slip(word, each.term))
    return next(meant, word)


def _is_slip(word: str, meant: str) -> bool:
    """Whether people slip so: seldom at the front, and seldom to a letter that sounds otherwise."""
    if word[0] != meant[0]:
        return False
    changed = {(ours, theirs) for ours, theirs in zip(word, meant, strict=False) if ours != theirs}
    if len(word) != len(meant) or len(changed) > 1:  # one too many or missing, or changed round
        return True
    return any(set(each) <= sound for each in changed for sound in SOUND_ALIKE)


@cache
def _dictionary() -> "SymSpell":
    from symspellpy import SymSpell

    # A prefix of five letters takes less than half the memory of the usual seven.
    dictionary = SymSpell(max_dictionary_edit_distance=1, prefix_length=5)
    with as_file(files("symspellpy") / DICTIONARY) as path:
        if sha256_of(path) != DICTIONARY_SHA256:
            raise ModelError(f"{path} is not the dictionary expected; reinstall symspellpy")
        dictionary.load_dictionary(path, 0, 1, encoding="utf-8-sig")
    for word in WORDS_OF_WORK.split():
        dictionary.create_dictionary_entry(word, COMMON)
    return dictionary

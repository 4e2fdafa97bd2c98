"""Texts as word pieces, cut into windows that a model can take whole."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tokenizers import Tokenizer

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

USUAL_LENGTH = 256


@dataclass(frozen=True, slots=True)
class Marks:
    """Word pieces with a meaning of their own, by number, and the most that a model takes."""

    first: int
    last: int
    blank: int
    longest: int


class WordPieces:
    """A model's tokenizer. Nothing is ever cut off: what is too long becomes several windows."""

    def __init__(self, tokenizer: Tokenizer, marks: Marks) -> None:
        """Take a tokenizer over; its own truncation and padding are switched off."""
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._tokenizer = tokenizer
        self.marks = marks

    @classmethod
    def of(cls, model: "SentenceTransformer") -> "WordPieces":
        """Those of an open model."""
        given = model.tokenizer
        longest = int(model.max_seq_length or USUAL_LENGTH)
        marks = Marks(given.cls_token_id, given.sep_token_id, given.pad_token_id, longest)
        # A copy, because the model keeps its own settings of truncation.
        return cls(Tokenizer.from_str(given.backend_tokenizer.to_str()), marks)

    @classmethod
    def read(cls, path: Path, marks: Marks) -> "WordPieces":
        """Those written by `write`."""
        return cls(Tokenizer.from_file(str(path)), marks)

    def write(self, path: Path) -> None:
        """Keep the tokenizer in a file."""
        self._tokenizer.save(str(path))

    def windows(self, text: str) -> list[list[int]]:
        """The text's pieces between the two marks, in as few windows of like length as hold it."""
        pieces = self._tokenizer.encode(text, add_special_tokens=False).ids
        room = self.marks.longest - 2  # beside the two marks at the ends
        count = max(1, -(-len(pieces) // room))
        size = max(1, -(-len(pieces) // count))
        return [
            [self.marks.first, *pieces[i * size : (i + 1) * size], self.marks.last]
            for i in range(count)
        ]

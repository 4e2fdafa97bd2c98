"""Encoding, measured: every back end beside plain sentence-transformers on PyTorch, in one run.

    python -m benchmarks.encoder
    python -m benchmarks.encoder --texts 64 --rounds 3 --encoders bf16 int8

The texts are made up: what an index holds as it comes (profiles and vacancies, whole and by line),
requirement lines (about 10 words), and texts of exactly 60 and 300 words from profiles. Plain is
`SentenceTransformer.encode` at whichever batch size is fastest for the kind. Rounds go over all
encoders in turn, so that a machine that is busy for a while slows each; ratios are medians over
rounds. Plain cuts texts of 300 words at 256 word pieces in silence; the others encode them whole,
which is more work for the same text. Cosines are to PyTorch in float32.
"""

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, get_args

import torch
from sentence_transformers import SentenceTransformer

from demonstration.synthetic.people import generate_people
from demonstration.synthetic.vacancies import generate_vacancies
from foundation.settings import EncoderName, Settings
from index.encoder.back_ends import BACK_ENDS, computes_bfloat16
from index.encoder.encoder import SentenceEncoder, load_encoder, usual_threads
from index.encoder.model import configured_model, open_model

AS_OF = date(2026, 11, 22)
SEED = 2026
PLAIN = "plain"
PLAIN_TITLE = "sentence-transformers, PyTorch"
PLAIN_BATCHES = (8, 16, 32, 64, 128)
TRIED = 64  # texts of each kind, to find the best batch of plain
COSINES = ("cosine_mean", "cosine_least")
SINGLE = 12  # texts encoded one by one, in each round
RESULTS = Path(__file__).parent / "results" / "encoder.json"

Result = dict[str, Any]
Encode = Callable[[Sequence[str]], object]


def make_texts(count: int) -> dict[str, list[str]]:
    """So many texts of each kind, a quarter of it of the longest; the same ones every time.

    Of what an index holds there are four times as many, because they differ most.
    """
    vacancies = generate_vacancies(count, seed=SEED, as_of=AS_OF)
    lines = (line.text for post in vacancies for line in post.vacancy.embeddable().texts().lines)
    return {
        "as they come": list(islice(_as_they_come(), 4 * count)),
        "lines": list(islice(lines, count)),
        "60 words": list(islice(_of_words(60), count)),
        "300 words": list(islice(_of_words(300), -(-count // 4))),  # they take so much longer
    }


def _as_they_come() -> Iterator[str]:
    """The different texts of people and of vacancies in turn, as an index build meets them."""
    people = generate_people(1_000_000, seed=SEED, as_of=AS_OF)
    vacancies = generate_vacancies(100_000, seed=SEED, as_of=AS_OF)
    seen: set[str] = set()
    for person, post in zip(people, vacancies, strict=False):
        for record in (person.candidate, post.vacancy):
            new = [text for text in record.embeddable().texts().all() if text not in seen]
            seen.update(new)
            yield from dict.fromkeys(new)


def _of_words(words: int) -> Iterator[str]:
    """What people wrote, one after another, cut every so many words."""
    left: list[str] = []
    for person in generate_people(1_000_000, seed=SEED, as_of=AS_OF):
        left += person.candidate.embeddable().texts().whole.split()
        while len(left) >= words:
            yield " ".join(left[:words])
            left = left[words:]


def measure(
    texts: dict[str, list[str]],
    encoders: Mapping[EncoderName, SentenceEncoder],
    plain: SentenceTransformer,
    rounds: int,
) -> Result:
    """Rates, times of one text and cosines, by kind of text and encoder."""
    exact = encoders["torch"]
    kinds: Result = {}
    for kind, several in texts.items():
        batch = min(PLAIN_BATCHES, key=lambda size: _seconds(_plain(plain, size), several[:TRIED]))
        encodes: dict[str, Encode] = {PLAIN: _plain(plain, batch)}
        encodes |= {str(name): encoder.encode for name, encoder in encoders.items()}
        kinds[kind] = {"plain_batch": batch, "encoders": _race(encodes, several, rounds)}
        expected = exact.unit_vectors(several)
        for name, encoder in encoders.items():
            cosines = (encoder.unit_vectors(several) * expected).sum(axis=1)
            kinds[kind]["encoders"][name] |= {
                "cosine_mean": float(cosines.mean()),
                "cosine_least": float(cosines.min()),
            }
    return kinds


def _plain(model: SentenceTransformer, batch: int) -> Encode:
    return partial(model.encode, batch_size=batch, show_progress_bar=False)


def _race(encodes: dict[str, Encode], texts: Sequence[str], rounds: int) -> Result:
    """Every encoder in every round, in turn; the first round is not counted."""
    whole: dict[str, list[float]] = {name: [] for name in encodes}
    single: dict[str, list[float]] = {name: [] for name in encodes}
    for number in range(rounds + 1):
        for name, encode in encodes.items():
            seconds = _seconds(encode, texts)
            one_by_one = [_seconds(encode, [text]) for text in texts[:SINGLE]]
            if number:
                whole[name].append(seconds)
                single[name] += one_by_one
    return {
        name: {
            "texts_per_s": len(texts) / statistics.median(whole[name]),
            "times_plain": statistics.median(
                plain / ours for plain, ours in zip(whole[PLAIN], whole[name], strict=True)
            ),
            "one_text_p50_ms": statistics.median(single[name]) * 1000,
        }
        for name in encodes
    }


def _seconds(encode: Encode, texts: Sequence[str]) -> float:
    started = time.perf_counter()
    encode(texts)
    return time.perf_counter() - started


def markdown(result: Result) -> str:
    """One table for each kind of text."""
    tables = []
    for kind, found in result["kinds"].items():
        rows = [
            f"| {kind} (plain in batches of {found['plain_batch']}) | texts a second | times plain"
            " | one text, p50 | cosine to float32, mean | least |",
            "|---|---|---|---|---|---|",
        ]
        for name, figures in found["encoders"].items():
            title = BACK_ENDS[name].title if name in BACK_ENDS else PLAIN_TITLE
            mean, least = (f"{figures[key]:.5f}" if key in figures else "" for key in COSINES)
            rows.append(
                f"| {title} | {figures['texts_per_s']:,.0f} | {figures['times_plain']:.2f} |"
                f" {figures['one_text_p50_ms']:.1f} ms | {mean} | {least} |"
            )
        tables.append("\n".join(rows))
    return "\n\n".join(tables)


def main() -> None:
    """Measure, print the tables and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--texts", type=int, default=256, help="of each kind")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=usual_threads())
    parser.add_argument("--encoders", nargs="+", choices=get_args(EncoderName), default=None)
    parser.add_argument("--json", type=Path, default=RESULTS)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    names: list[EncoderName] = given.encoders or [
        name for name in BACK_ENDS if name != "bf16" or computes_bfloat16()
    ]
    with tempfile.TemporaryDirectory(prefix="newfutures-bench-") as folder:
        settings = Settings.model_validate({"data_dir": folder})
        encoders = {
            name: load_encoder(settings.model_copy(update={"encoder": name}), threads=given.threads)
            for name in dict.fromkeys(["torch", *names])
        }
        plain = open_model(configured_model(settings))
        kinds = measure(make_texts(given.texts), encoders, plain, given.rounds)
    result: Result = {
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}",
        "threads": given.threads,
        "texts": given.texts,
        "rounds": given.rounds,
        "model": encoders["torch"].model_id,
        "kinds": kinds,
    }
    print(markdown(result))
    given.json.parent.mkdir(parents=True, exist_ok=True)
    given.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

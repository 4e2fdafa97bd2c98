"""Learn a low-rank adapter of the default model from pairs of texts that mean much the same.

    python -m benchmarks.training.train --data FOLDER --out FOLDER [--steps N] [--resume]

Needs the packages of the extra `training`.

In-batch negatives (multiple negatives ranking loss, Henderson et al. 2017). A batch holds pairs of
one kind, none two of the same group, so that no counter-example is a right answer.
"""

import argparse
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import torch
from datasets import Dataset, DatasetDict
from peft import LoraConfig, TaskType
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.base.sampler import DefaultBatchSampler
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

from benchmarks.training.pairs import Pair, make_pairs
from foundation.settings import Settings
from index.encoder.encoder import model_path

BRITISH_WORDS_REPEATED = 40  # there are so few of them that they would make one batch
LAYERS = ("query", "key", "value", "attention.output.dense", "intermediate.dense", "output.dense")


class DistinctGroups(DefaultBatchSampler):
    """Full batches in which no two pairs are of one group."""

    def __init__(self, dataset: Dataset, **options: Any) -> None:  # noqa: ANN401 -- the library's
        super().__init__(dataset, **options)
        self._groups: list[int] = dataset["label"]

    def __iter__(self) -> Iterator[list[int]]:
        self.generator.manual_seed(self.seed + self.epoch)
        filling: list[dict[int, int]] = []
        for index in torch.randperm(len(self._groups), generator=self.generator).tolist():
            group = self._groups[index]
            batch = next((batch for batch in filling if group not in batch), None)
            if batch is None:
                batch = {}
                filling.append(batch)
            batch[group] = index
            if len(batch) == self.batch_size:
                filling.remove(batch)
                yield list(batch.values())

    def __len__(self) -> int:
        return len(self._groups) // self.batch_size


def datasets(pairs: dict[str, list[Pair]]) -> DatasetDict:
    """One data set a kind; `label` is the number of the pair's group, which the loss leaves out."""
    numbers: dict[str, int] = {}
    return DatasetDict(
        {
            kind: Dataset.from_dict(
                {
                    "anchor": [pair.anchor for pair in several],
                    "positive": [pair.positive for pair in several],
                    "label": [numbers.setdefault(pair.group, len(numbers)) for pair in several],
                }
            )
            for kind, several in pairs.items()
        }
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, and write the adapter."""
    options = _options(arguments)
    torch.manual_seed(options.seed)
    model = SentenceTransformer(str(model_path(Settings())), device="cpu", local_files_only=True)
    model.max_seq_length = options.pieces
    model.add_adapter(
        LoraConfig(
            task_type=TaskType.FEATURE_EXTRACTION,
            r=options.rank,
            lora_alpha=2 * options.rank,
            lora_dropout=0.0,
            target_modules=list(LAYERS),
            exclude_modules=r".*pooler.*",
        )
    )
    pairs = make_pairs(options.data, options.seed)
    for kind in options.without:
        del pairs[kind]
    pairs["british words"] = pairs.get("british words", []) * BRITISH_WORDS_REPEATED
    trainer = SentenceTransformerTrainer(
        model=model,
        args=SentenceTransformerTrainingArguments(
            output_dir=str(options.out / "checkpoints"),
            num_train_epochs=options.epochs,
            max_steps=options.steps,
            per_device_train_batch_size=options.batch,
            learning_rate=options.rate,
            warmup_ratio=0.1,
            lr_scheduler_type="cosine",
            seed=options.seed,
            use_cpu=True,
            bf16=options.bf16,
            batch_sampler=DistinctGroups,
            save_steps=options.save_every,
            logging_steps=50,
            report_to="none",
            disable_tqdm=True,
        ),
        train_dataset=datasets({kind: several for kind, several in pairs.items() if several}),
        loss=MultipleNegativesRankingLoss(model, scale=options.scale),
    )
    trainer.train(resume_from_checkpoint=options.resume)
    model.save_pretrained(str(options.out / "adapter"))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rank", type=int, default=32)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--epochs", type=float, default=1)
    parser.add_argument("--steps", type=int, default=-1)
    parser.add_argument("--pieces", type=int, default=96)
    parser.add_argument("--scale", type=float, default=20.0)
    parser.add_argument("--save-every", type=int, default=200)
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--resume", action="store_true")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()

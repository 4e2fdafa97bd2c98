"""Make trained adapters ready to ship: one, at half precision and a share of its strength.

    python -m benchmarks.training.ship index/adapters/NAME RUN/adapter [RUN/adapter] --share 0.75

Weights between the plain and the trained ones can keep more on texts of other kinds than either,
and so can the mean of several runs (Wortsman et al. 2022, "model soups"). For low-rank adapters the
share is a factor on what they add; the mean of several is cut to the rank that is asked for, by
singular values.
"""

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

WEIGHTS, CONFIG = "adapter_model.safetensors", "adapter_config.json"
BASE = "all-MiniLM-L6-v2"
IN, OUT = "lora_A", "lora_B"


def ship(sources: list[Path], target: Path, share: float, rank: int) -> str:
    """Write both files and return the SHA-256 of the weights."""
    target.mkdir(parents=True, exist_ok=True)
    adapters = [load_file(source / WEIGHTS) for source in sources]
    configs = [json.loads((source / CONFIG).read_text("utf-8")) for source in sources]
    scales = [config["lora_alpha"] / config["r"] for config in configs]
    tensors: dict[str, Tensor] = {}
    for name in adapters[0]:
        if IN not in name:
            continue
        of_out = name.replace(IN, OUT)
        added = [
            scale * each[of_out] @ each[name] for scale, each in zip(scales, adapters, strict=True)
        ]
        mean = torch.stack(added).mean(dim=0) * share
        tensors[name], tensors[of_out] = (part.half() for part in _factors(mean, rank))
    save_file(tensors, target / WEIGHTS, metadata={"format": "pt"})
    # What is added is B A as it stands: everything else is in the weights, and so under their hash.
    config: dict[str, Any] = configs[0] | {
        "base_model_name_or_path": BASE,
        "r": rank,
        "lora_alpha": rank,
    }
    (target / CONFIG).write_text(json.dumps(config, indent=1, sort_keys=True) + "\n", "utf-8")
    return hashlib.sha256((target / WEIGHTS).read_bytes()).hexdigest()


def _factors(matrix: Tensor, rank: int) -> tuple[Tensor, Tensor]:
    """Thin matrices A (rank, in) and B (out, rank) whose product B A is nearest to a matrix."""
    left, values, right = torch.linalg.svd(matrix, full_matrices=False)
    root = values[:rank].sqrt()
    return (root[:, None] * right[:rank]).contiguous(), (left[:, :rank] * root).contiguous()


def main() -> None:
    """Ship one adapter."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("target", type=Path)
    parser.add_argument("sources", type=Path, nargs="+")
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--rank", type=int, default=32)
    given = parser.parse_args()
    print(ship(given.sources, given.target, given.share, given.rank))


if __name__ == "__main__":
    main()

"""Make a trained adapter ready to ship: in half precision, at a share of its strength, path-free.

    python -m benchmarks.training.ship RUN/adapter index/adapters/work-1 --share 0.75

Weights between the plain and the trained ones can keep more on texts of other kinds than either
(Wortsman et al. 2022); for a low-rank adapter the share is a factor on what it adds.
"""

import argparse
import hashlib
import json
from pathlib import Path

from safetensors.torch import load_file, save_file

WEIGHTS, CONFIG = "adapter_model.safetensors", "adapter_config.json"
BASE = "all-MiniLM-L6-v2"


def ship(source: Path, target: Path, share: float) -> str:
    """Write both files and return the SHA-256 of the weights."""
    target.mkdir(parents=True, exist_ok=True)
    tensors = {
        # What is added is B A: the share is a factor of B, so that the weights' hash covers it.
        name: (tensor * share if "lora_B" in name else tensor).half().contiguous()
        for name, tensor in load_file(source / WEIGHTS).items()
    }
    save_file(tensors, target / WEIGHTS, metadata={"format": "pt"})
    config = json.loads((source / CONFIG).read_text("utf-8"))
    config |= {"base_model_name_or_path": BASE}
    (target / CONFIG).write_text(json.dumps(config, indent=1, sort_keys=True) + "\n", "utf-8")
    return hashlib.sha256((target / WEIGHTS).read_bytes()).hexdigest()


def main() -> None:
    """Ship one adapter."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--share", type=float, default=1.0)
    given = parser.parse_args()
    print(ship(given.source, given.target, given.share))


if __name__ == "__main__":
    main()

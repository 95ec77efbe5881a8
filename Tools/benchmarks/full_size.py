"""Runs `promptlens train` at full size: ViT-B/16, 1,000 classes, 100 steps, and prints its time and its memory.

Usage: python Tools/benchmarks/full_size.py [--classes 1000] [--steps 100] [--context 16] [--precision f32|bf16]
       [--class-position end|middle|front] [--memory-limit 1GiB] [--executables .build/release]
       (packages: Tools/fixtures/requirements-fixtures.txt)

The weights are random and so are the features of the images, in a feature store as `promptlens extract` writes it;
the classes are ImageNet's. Two epochs of half the steps each, in batches of 32. `peak` is the largest resident memory
of the process, mapped files included; `sha256` that of the learned context, equal whatever the limit and the threads.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy
from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

from convert import LAUNCHER
from towers import MODELS, write_source

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
BATCH = 32


def write_features(path, model, classes, images, width):
    """Writes a feature store of random features of one view."""
    manifest = json.loads((model / "manifest.json").read_text())
    generator = numpy.random.Generator(numpy.random.PCG64(3))
    with h5py.File(path, "w") as file:
        file["features"] = generator.standard_normal((images, 1, width), dtype=numpy.float32)
        file["labels"] = numpy.arange(images) % len(classes)
        file["indices"] = numpy.arange(images)
        file["file_bytes"] = numpy.zeros(images, dtype=numpy.int64)
        file["paths"] = [f"{index}.jpg" for index in range(images)]
        file["sha256"] = ["0" * 64] * images
        file["class_names"] = classes
        file["skipped"] = numpy.array([], dtype="S1")
        attributes = {
            "format": "promptlens-features", "tool_version": "benchmark", "data": "random", "compute": "f32",
            "model_fingerprint": manifest["fingerprint"], "transform": "none", "split": "train", "views": "1",
            "draw": "none", "list_count": str(images), "list_fingerprint": "0" * 64, "shard": "1/1",
        }
        for name, value in attributes.items():
            file.attrs[name] = value
        file.attrs["format_version"] = 1


def run(command):
    """Runs a command to its end; its seconds and its peak memory in bytes."""
    # A process is started by a small one: its largest memory includes that of the one that started it.
    done = subprocess.run(
        [sys.executable, "-c", LAUNCHER, *(str(part) for part in command)], stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(str(part) for part in command[:2])} failed")
    seconds, kilobytes = done.stdout.split()
    return float(seconds), int(kilobytes) * 1024


def main():
    """Train, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--steps", type=int, default=100, help="an even number")
    parser.add_argument("--context", type=int, default=16)
    parser.add_argument("--precision", default="f32", choices=["f32", "bf16"])
    parser.add_argument("--class-position", default="end", choices=["end", "middle", "front"])
    parser.add_argument("--memory-limit", nargs="+", default=["none", "1GiB"], help="one run for each; none for no limit")
    parser.add_argument("--executables", type=pathlib.Path, default=ROOT / ".build/release")
    parser.add_argument("--model", type=pathlib.Path, help="a ViT-B/16 model folder, instead of random weights")
    options = parser.parse_args()

    promptlens = options.executables / "promptlens"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        model = options.model or folder / "model"
        if options.model is None:
            write_source(folder / "source", MODELS["ViT-B/16"], 7)
            run([promptlens, "convert", folder / "source", "--output", model])
        write_features(
            folder / "features.h5", model, IMAGENET_CLASSNAMES[: options.classes], options.steps // 2 * BATCH, 512
        )
        for limit in options.memory_limit:
            output = folder / f"run-{limit}"
            command = [promptlens, "train", "--model", model, "--features", folder / "features.h5", "--epochs", 2]
            command += ["--batch-size", BATCH, "--context-length", options.context, "--precision", options.precision]
            command += ["--class-position", options.class_position, "--output", output]
            command += [] if limit == "none" else ["--memory-limit", limit]
            seconds, memory = run(command)
            epochs = [json.loads(line) for line in (output / "log.jsonl").read_text().splitlines()]
            steps = sum(epoch["steps"] for epoch in epochs)
            per_step = sum(epoch["steps"] * epoch["seconds_per_step"] for epoch in epochs) / steps
            context = json.loads((output / "result.json").read_text())["context_sha256"]
            print(
                f"{options.classes} classes, M={options.context}, {options.class_position}, {options.precision}, "
                f"memory limit {limit}: {steps} steps in {seconds:.1f} s, {per_step:.3f} s a step, "
                f"peak {memory / 2**30:.2f} GiB, sha256 {context[:12]}",
                flush=True,
            )


if __name__ == "__main__":
    main()

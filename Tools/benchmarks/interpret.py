"""Times the interpretation of a learned context at full size: everything that promptlens interpret does.

Usage: python Tools/benchmarks/interpret.py [--classes 100] [--context 16] [--images 10] [--shots 16]
       [--permutations N] [--precision f32|bf16]   (packages: Tools/fixtures/requirements-fixtures.txt)

A text tower of ViT-B/16 with random weights, ImageNet's class names, and features that lie about random directions, one
for each class; the context is random, so the findings mean nothing and only their seconds count. Prints what the command
writes to standard error, a line for each chapter with its seconds, and the seconds of the whole; on a machine with other
work, two cores' seconds are half the processor time.
"""

import argparse
import json
import pathlib
import resource
import subprocess
import tempfile
import time

import h5py
import numpy
from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

from towers import MODELS, write_source

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def write_store(path, fingerprint, names, directions, images, split, generator):
    """A feature store as promptlens extract writes it: `images` of each class about the class's direction."""
    labels = numpy.repeat(numpy.arange(len(names)), images)
    features = directions[labels] + 0.7 * generator.standard_normal((len(labels), directions.shape[1]))
    texts = h5py.string_dtype()
    with h5py.File(path, "w") as file:
        file["features"] = features[:, None, :].astype(numpy.float32)
        file["labels"] = labels.astype(numpy.int64)
        file["indices"] = numpy.arange(len(labels), dtype=numpy.int64)
        file["file_bytes"] = numpy.zeros(len(labels), dtype=numpy.int64)
        file.create_dataset("paths", data=[f"{split}/{index}.jpg" for index in range(len(labels))], dtype=texts)
        file.create_dataset("sha256", data=["0" * 64] * len(labels), dtype=texts)
        file.create_dataset("class_names", data=names, dtype=texts)
        file.create_dataset("skipped", shape=(0,), dtype="S1")
        attributes = {
            "format": "promptlens-features", "tool_version": "benchmark", "data": "random directions",
            "template": "a photo of a {}.", "model_fingerprint": fingerprint, "compute": "f32", "transform": "none",
            "split": split, "views": "1", "draw": "none", "list_count": str(len(labels)),
            "list_fingerprint": "0" * 64, "shard": "1/1",
        }
        for name, value in attributes.items():
            file.attrs[name] = value
        file.attrs["format_version"] = 1


def main():
    """Prepare, run and time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--classes", type=int, default=100)
    parser.add_argument("--context", type=int, default=16)
    parser.add_argument("--images", type=int, default=10, help="test images of each class")
    parser.add_argument("--shots", type=int, default=16, help="training images of each class")
    parser.add_argument("--permutations", type=int, help="by default as many as it takes")
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--executables", default=str(ROOT / ".build/release"))
    options = parser.parse_args()

    generator = numpy.random.Generator(numpy.random.PCG64(1))
    names = IMAGENET_CLASSNAMES[: options.classes]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        promptlens = f"{options.executables}/promptlens"
        write_source(folder / "source", MODELS["ViT-B/16"], 7)
        subprocess.run(
            [promptlens, "convert", folder / "source", "--output", folder / "model"], check=True,
            stdout=subprocess.DEVNULL,
        )
        fingerprint = json.loads((folder / "model" / "manifest.json").read_text())["fingerprint"]
        directions = generator.standard_normal((len(names), 512))
        write_store(folder / "test.h5", fingerprint, names, directions, options.images, "test", generator)
        write_store(folder / "train.h5", fingerprint, names, directions, options.shots, "train", generator)
        context = 0.02 * generator.standard_normal((options.context, 512))
        numpy.save(folder / "context.npy", context.astype(numpy.float32))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        subprocess.run(
            [
                promptlens, "interpret", folder / "context.npy", "--model", folder / "model", "--features",
                folder / "test.h5", "--train-features", folder / "train.h5", "--class-position", "end",
                "--precision", options.precision, "--output", folder / "report",
            ] + ([] if options.permutations is None else ["--permutations", str(options.permutations)]),
            check=True, stdout=subprocess.DEVNULL,
        )
        seconds = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f"M={options.context}, {len(names)} classes, {options.precision}: {seconds:.1f} s for all of it, {busy:.1f} s of processor time")


if __name__ == "__main__":
    main()

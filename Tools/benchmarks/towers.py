"""Times the towers side by side: PyTorch with open_clip against `promptlens embed`, same weights, same thread count.

Usage: python Tools/benchmarks/towers.py [--model ViT-B/32|ViT-B/16|RN50|convnext_base_w|EVA02-B-16|
       PE-Core-B-16|ViTamin-S|MobileCLIP-B] [--precision f32|bf16]
       [--executables .build/release]
       (packages: Tools/fixtures/requirements-fixtures.txt)

Makes a model of full size with random weights in a temporary folder, converts it, and embeds 1,000 prompts and 64
images with each side in turn. Both sides read the same texts and JPEG files and hold on to the same processors.
PyTorch is timed inside this process, without its start; of promptlens a run over one item is taken off, and printed
as `start s`. `ratio` is PyTorch's time over promptlens's. `difference` is the largest between the two sides' features
after normalization: a fast but wrong result is worthless. `ceiling` is the share of plain oneDNN products' rate, measured in
the same run, that a tower reaches on pixels in memory.
"""

import argparse
import contextlib
import gzip
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
import open_clip
import torch
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "fixtures"))
import fixture_vocabulary  # noqa: E402
import open_clip_models  # noqa: E402
import open_clip_reference  # noqa: E402
import openai_h5  # noqa: E402
from fixture_weights import Architecture, random_state  # noqa: E402

TEXT_TOWER = {"text_width": 512, "text_layers": 12, "vocabulary": 49408}
MODELS = {
    "ViT-B/32": Architecture(image=224, patch=32, vision_width=768, vision_layers=12, embed=512, **TEXT_TOWER),
    "ViT-B/16": Architecture(image=224, patch=16, vision_width=768, vision_layers=12, embed=512, **TEXT_TOWER),
    "RN50": Architecture(image=224, patch=None, vision_width=64, vision_layers=(3, 4, 6, 3), embed=1024, **TEXT_TOWER),
}
COLORS = ["red", "blue", "green", "white", "black", "brown", "grey", "golden", "striped", "spotted"]
SETTINGS = ["", " on a table", " in the snow", " near the water", " in an old photo", " at night", " from above"]
THINGS = ["cat", "dog", "bicycle", "teapot", "sailing boat", "violin", "lighthouse", "tractor", "butterfly", "umbrella"]


def prompts(count):
    """`count` prompts of everyday length."""
    return [f"a photo of a {COLORS[i % 10]} {THINGS[i // 10 % 10]}{SETTINGS[i % 7]}, number {i}." for i in range(count)]


def write_images(folder, count, seed):
    """Writes `count` JPEG files of 500 x 375 smooth random colors, and returns their paths."""
    generator = numpy.random.Generator(numpy.random.PCG64(seed))
    paths = []
    for index in range(count):
        small = Image.fromarray(generator.integers(0, 256, (15, 20, 3), dtype=numpy.uint8))
        paths.append(folder / f"image-{index:03}.jpg")
        small.resize((500, 375), Image.Resampling.BICUBIC).save(paths[-1], quality=90)
    return paths


def bundled_merges():
    """CLIP's merges, from the installed open_clip."""
    path = pathlib.Path(open_clip.__file__).parent / "bpe_simple_vocab_16e6.txt.gz"
    lines = gzip.decompress(path.read_bytes()).decode("utf-8").split("\n")
    return [tuple(line.split()) for line in lines[1 : 49152 - 256 - 2 + 1]]


def write_source(folder, architecture, seed):
    """Writes model.h5, vocab.json and merges.txt into `folder`."""
    folder.mkdir()
    attributes = {"activation": "quick_gelu", "image_resolution": architecture.image}
    openai_h5.write_model(folder / "model.h5", random_state(architecture, seed), attributes=attributes)
    merges = bundled_merges()
    fixture_vocabulary.write_json_vocabulary(folder / "vocab.json", merges)
    fixture_vocabulary.write_merges(folder / "merges.txt", merges)


def write_family(folder, name, seed):
    """Writes one of open_clip's own models and its configuration into `folder`, and returns the model."""
    folder.mkdir()
    model = open_clip_models.make(name, seed)
    torch.save(model.state_dict(), folder / "open_clip_pytorch_model.bin")
    open_clip_models.write_configuration(name, folder)
    return model


class PyTorchSide:
    """open_clip in this process."""

    def __init__(self, name, model, batch, precision):
        """Takes a model, with the transform and the context of its name."""
        self.precision = precision
        self.model = model
        tokenizer = open_clip.get_tokenizer("ViT-B-32")
        self.tokenizer = lambda texts: tokenizer(texts, context_length=model.context_length)
        self.transform = open_clip_models.transform(name, model)
        self.batch = batch

    def embed(self, kind, items):
        """The features of all items and the seconds they took."""
        start = time.perf_counter()
        half = torch.autocast("cpu", dtype=torch.bfloat16) if self.precision == "bf16" else contextlib.nullcontext()
        with half:
            parts = [self.features(kind, items[i : i + self.batch]) for i in range(0, len(items), self.batch)]
        return numpy.concatenate(parts).astype(numpy.float32), time.perf_counter() - start

    def features(self, kind, items):
        """The features of one batch."""
        if kind == "text":
            return open_clip_reference.text_features(self.model, self.tokenizer(items))
        images = torch.stack([self.transform(Image.open(path)) for path in items])
        return open_clip_reference.image_features(self.model, images)


class PromptLensSide:
    """The promptlens executable in a process of its own."""

    def __init__(self, executable, source, folder, threads, precision):
        """Converts the model in `source` to a native one in `folder`."""
        self.executable = executable
        self.precision = precision
        self.environment = {**os.environ, "PROMPTLENS_THREADS": str(threads)}
        self.output = folder / "features.npy"
        self.model = folder / "native"
        self.run("convert", str(source), "--output", str(self.model), "--dtype", "f32")

    def run(self, *arguments):
        """Runs one subcommand to its end; what it prints is shown only if it fails."""
        command = [str(self.executable), *arguments]
        result = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        if result.returncode != 0:
            sys.exit(f"{' '.join(command[:4])} ended with {result.returncode}: {result.stderr.strip()}")

    def embed(self, kind, items):
        """The features of all items and the seconds of the whole process."""
        arguments = ["--precision", self.precision, f"--{kind}", *(str(item) for item in items)]
        start = time.perf_counter()
        self.run("embed", "--model", str(self.model), *arguments, "--output", str(self.output), "--force")
        seconds = time.perf_counter() - start
        return numpy.load(self.output), seconds


def largest_difference(first, second):
    """The largest absolute difference between two feature arrays after normalization."""
    first, second = (array / numpy.linalg.norm(array, axis=1, keepdims=True) for array in (first, second))
    return numpy.abs(first - second).max()


def compare(kind, items, reference, promptlens, rounds):
    """Alternates the two sides and returns one row of the table."""
    reference.embed(kind, items[: reference.batch])
    promptlens.embed(kind, items[:1])
    theirs, ours, starts = [], [], []
    for _ in range(rounds):
        expected, seconds = reference.embed(kind, items)
        theirs.append(seconds)
        _, seconds = promptlens.embed(kind, items[:1])
        starts.append(seconds)
        found, seconds = promptlens.embed(kind, items)
        ours.append((seconds - starts[-1]) * len(items) / (len(items) - 1))
    difference = largest_difference(expected, found)
    return kind, len(items), statistics.median(theirs), statistics.median(ours), statistics.median(starts), difference


def ceiling_share(executable, model, precision, rounds):
    """The image tower's share of plain products' rate, in alternating runs."""

    def measure(*arguments):
        result = subprocess.run([str(executable), *arguments], check=True, capture_output=True, text=True)
        return json.loads(result.stdout)["operations_per_second"]

    pairs = [
        (measure("tower", str(model), "--precision", precision, "--runs", "1"), measure("ceiling", precision))
        for _ in range(rounds)
    ]
    return statistics.median(tower / ceiling for tower, ceiling in pairs)


def restrict_processors(threads):
    """Keeps this process and its children on `threads` processors, and PyTorch on as many threads."""
    available = sorted(os.sched_getaffinity(0))
    if threads > len(available):
        sys.exit(f"--threads {threads}: this process may use {len(available)} processors.")
    os.sched_setaffinity(0, available[:threads])
    torch.set_num_threads(threads)


def parse_arguments():
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", choices=sorted(MODELS) + open_clip_models.FAMILIES, default="ViT-B/32")
    parser.add_argument("--kinds", nargs="+", choices=["text", "image"], default=["text", "image"])
    parser.add_argument("--executables", type=pathlib.Path, default=pathlib.Path(".build/release"))
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--texts", type=int, default=1000, help="how many prompts (at least 2)")
    parser.add_argument("--images", type=int, default=64, help="how many images (at least 2)")
    parser.add_argument("--batch", type=int, default=64, help="PyTorch's batch")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main():
    """Makes the model, times both sides, prints the table."""
    arguments = parse_arguments()
    executables = arguments.executables.resolve()
    if not (executables / "promptlens-benchmark").exists():
        sys.exit(f"{executables}: promptlens-benchmark is not there; build it with `swift build -c release`.")
    restrict_processors(arguments.threads)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        if arguments.model in MODELS:
            write_source(folder / "source", MODELS[arguments.model], arguments.seed)
            model = open_clip_reference.build_model(*openai_h5.read_model(folder / "source" / "model.h5"))
        else:
            model = write_family(folder / "source", arguments.model, arguments.seed)
        items = {"text": prompts(arguments.texts), "image": write_images(folder, arguments.images, arguments.seed)}
        reference = PyTorchSide(arguments.model, model, arguments.batch, arguments.precision)
        promptlens = PromptLensSide(
            executables / "promptlens", folder / "source", folder, arguments.threads, arguments.precision
        )
        rows = [compare(kind, items[kind], reference, promptlens, arguments.rounds) for kind in arguments.kinds]
        share = None
        if "image" in arguments.kinds:
            share = ceiling_share(
                executables / "promptlens-benchmark", promptlens.model, arguments.precision, arguments.rounds
            )

    print(f"{arguments.model}, {arguments.precision}, {arguments.threads} threads, median of {arguments.rounds} alternating rounds")
    print(f"PyTorch {torch.__version__}, open_clip {open_clip.__version__}, {platform.machine()}")
    print(f"{'':6} {'items':>6} {'PyTorch s':>10} {'promptlens s':>13} {'ratio':>6} {'start s':>8} {'difference':>11}")
    for kind, count, theirs, ours, start, difference in rows:
        print(f"{kind:6} {count:6} {theirs:10.3f} {ours:13.3f} {theirs / ours:6.2f} {start:8.3f} {difference:11.1e}")
    if share is not None:
        print(f"image tower: {100 * share:.0f} % of the ceiling")


if __name__ == "__main__":
    main()

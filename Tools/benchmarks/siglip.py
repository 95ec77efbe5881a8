#!/usr/bin/env python3
"""Compares a full-size SigLIP with transformers: features, images to features, and a step of CoOp, in turn.

Usage: python Tools/benchmarks/siglip.py [--images 32] [--classes 100] [--context 16] [--rounds 3]
       [--executables .build/release]
       (packages: Tools/fixtures/requirements-fixtures-siglip.txt)

Makes google/siglip-base-patch16-224's folder with random weights and the small vocabulary of Tests/Fixtures/siglip, converts
it, and embeds JPEG files and texts with each side. A step is the forward and backward pass through all classes' prompts at 64
positions, which in a tower without a causal mask share nothing; promptlens's is the median of its log. `ratio` is
transformers' time over promptlens's; a run over one image is taken off promptlens's. Both sides use all processors.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

import numpy
import torch
import transformers
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TEXTS = [f"a photo of a {color} {thing}" for color in ["red", "small", "blurry"] for thing in ["cat", "dog", "river"]]


def write_images(folder, count):
    """Writes JPEG files of 500 x 375 smooth random colors, and returns their paths."""
    generator = numpy.random.Generator(numpy.random.PCG64(5))
    paths = []
    for index in range(count):
        small = Image.fromarray(generator.integers(0, 256, (15, 20, 3), dtype=numpy.uint8))
        paths.append(folder / f"image-{index:03}.jpg")
        small.resize((500, 375), Image.Resampling.BICUBIC).save(paths[-1], quality=90)
    return paths


def write_model(folder):
    """Writes the checkpoint's folder, and returns the model, the tokenizer and the processor of images."""
    torch.manual_seed(7)
    model = transformers.SiglipModel(transformers.SiglipConfig()).eval().requires_grad_(False)
    for parameter in model.parameters():
        if parameter.dim() == 1 and parameter.numel() > 1:
            parameter.add_(torch.randn_like(parameter) * 0.05)
    model.logit_scale.fill_(4.7)
    model.logit_bias.fill_(-12.9)
    model.save_pretrained(folder)
    fixture = ROOT / "Tests/Fixtures/siglip"
    tokenizer = transformers.SiglipTokenizer(vocab_file=str(fixture / "spiece.model"))
    tokenizer.save_pretrained(folder)
    processor = transformers.SiglipImageProcessorPil() if hasattr(
        transformers, "SiglipImageProcessorPil") else transformers.SiglipImageProcessor()
    processor.save_pretrained(folder)
    return model, tokenizer, processor


def pooled(output):
    """The features in what a version of transformers returns."""
    return getattr(output, "pooler_output", output)


def unit(features):
    """Rows of length one."""
    return features / numpy.linalg.norm(features, axis=1, keepdims=True)


def reference_step(model, tokenizer, classes, length):
    """Seconds of a forward and a backward pass to the context."""
    ids = [tokenizer(f"thing number {index}")["input_ids"] for index in range(classes)]
    rows = [([5] * length + row + [1] * 64)[:64] for row in ids]
    tower = model.text_model
    frozen = tower.embeddings.token_embedding(torch.tensor(rows)).detach()
    context = (torch.randn(length, 768) * 0.02).requires_grad_()
    images = torch.nn.functional.normalize(torch.randn(32, 768), dim=-1)
    start = time.perf_counter()
    words = torch.cat([context.expand(classes, -1, -1), frozen[:, length:]], 1)
    states = tower.encoder(inputs_embeds=tower.embeddings(inputs_embeds=words)).last_hidden_state
    features = tower.head(tower.final_layer_norm(states)[:, -1])
    logits = 100 * images @ torch.nn.functional.normalize(features, dim=-1).T
    torch.nn.functional.cross_entropy(logits, torch.arange(32) % classes).backward()
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--images", type=int, default=32)
    parser.add_argument("--classes", type=int, default=100)
    parser.add_argument("--context", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--executables", default=str(ROOT / ".build/release"))
    options = parser.parse_args()
    executable = f"{options.executables}/promptlens"

    def run(*arguments):
        result = subprocess.run([executable, *map(str, arguments)], capture_output=True, text=True)
        if result.returncode:
            raise SystemExit(f"{arguments[0]}: {result.stderr}")
        return result

    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        model, tokenizer, processor = write_model(folder / "source")
        run("convert", folder / "source", "--output", folder / "model", "--dtype", "f32")
        paths = write_images(folder, options.images)

        ids = tokenizer(TEXTS, padding="max_length", max_length=64, return_tensors="pt")["input_ids"]
        expected = pooled(model.get_text_features(ids)).numpy()
        run("embed", "--model", folder / "model", "--text", *TEXTS, "--output", folder / "text.npy")
        texts = numpy.abs(unit(numpy.load(folder / "text.npy")) - unit(expected)).max()

        def theirs():
            start = time.perf_counter()
            parts = []
            for first in range(0, len(paths), 16):
                pictures = [Image.open(path) for path in paths[first : first + 16]]
                pixels = processor(images=pictures, return_tensors="pt")["pixel_values"]
                parts.append(pooled(model.get_image_features(pixels)).numpy())
            return numpy.concatenate(parts), time.perf_counter() - start

        def ours(items):
            start = time.perf_counter()
            run("embed", "--model", folder / "model", "--image", *items, "--output", folder / "images.npy", "--no-check", "--force")
            return numpy.load(folder / "images.npy"), time.perf_counter() - start

        times = []
        for _ in range(options.rounds):
            reference, their_time = theirs()
            start_time = ours(paths[:1])[1]
            found, our_time = ours(paths)
            times.append((their_time, (our_time - start_time) * len(paths) / (len(paths) - 1)))
        ratios = [their_time / our_time for their_time, our_time in times]
        pictures = numpy.abs(unit(found) - unit(reference)).max()
        print(f"features: texts differ by {texts:.1e}, images by {pictures:.1e}")
        their_time, our_time = (statistics.median(side) for side in zip(*times))
        print(f"images to features: transformers {their_time:.2f} s, promptlens {our_time:.2f} s, "
              f"ratio {statistics.median(ratios):.2f} ({', '.join(f'{r:.2f}' for r in ratios)})")

        numpy.save(folder / "X.npy", numpy.random.randn(4 * options.classes, 768).astype("f4"))
        numpy.save(folder / "y.npy", numpy.arange(4 * options.classes) % options.classes)
        (folder / "names.txt").write_text("".join(f"thing number {index}\n" for index in range(options.classes)))
        ratios = []
        for index in range(options.rounds):
            their_time = reference_step(model, tokenizer, options.classes, options.context)
            run("train", "--model", folder / "model", "--features", folder / "X.npy", "--labels", folder / "y.npy",
                "--test-features", folder / "X.npy", "--test-labels", folder / "y.npy", "--classes", folder / "names.txt",
                "--shots", "1", "--context-length", options.context, "--epochs", "1", "--batch-size", "32",
                "--output", folder / f"run-{index}")
            log = [json.loads(line) for line in next((folder / f"run-{index}").glob("log*")).read_text().splitlines()]
            our_time = statistics.median(record["seconds_per_step"] for record in log if "seconds_per_step" in record)
            ratios.append(their_time / our_time)
            print(f"  a step: transformers {their_time:.2f} s, promptlens {our_time:.2f} s")
        print(f"a step of CoOp, {options.classes} classes: ratio {statistics.median(ratios):.2f}")


if __name__ == "__main__":
    main()

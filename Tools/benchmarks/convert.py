#!/usr/bin/env python3
"""Times `promptlens convert` on full-size CLIPs against `cp` of the same file, and compares features with open_clip.

    python Tools/benchmarks/convert.py [--promptlens .build/release/promptlens] [--rounds 5] [--folder DIR]
        [ViT-B-32 RN50 ViT-L-14 | convnext_base_w EVA02-B-16 PE-Core-B-16 ViTamin-S MobileCLIP-B]

Each model is made by open_clip with random weights, its BatchNorm statistics included, and saved as a state dict in a new
folder below DIR, which is removed afterwards. OpenAI's architectures have QuickGELU; others are open_clip's own and get its
configuration beside the file. Copying and converting take turns; both end when their output is on the disk
(fsync), both read a source that was just read. `speed` is the copy's median time over the conversion's: the project asks for
0.5. `peak` is the conversion's largest resident memory, `largest` the largest tensor's: at most 64 MiB may lie between them.
Timed with --no-verify; `verified s` and `verified peak` are those of one conversion with golden features. `difference` is the largest between open_clip's
features and those of `promptlens embed`, after scaling each to length one; the run fails above 1e-4.

Needs torch, open_clip_torch and Pillow (Tools/fixtures/requirements-fixtures.txt).
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import numpy
import open_clip
import torch
from PIL import Image

import open_clip_models

TEXTS = ["a photo of a cat.", "two dogs on the beach", "0123 (test), it's a \"quote\"!", "x"]
TOLERANCE = 1e-4
LAUNCHER = """
import resource, subprocess, sys, time
start = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
MEBIBYTE = 1 << 20


def make(name, folder):
    """open_clip's model, OpenAI's architectures with OpenAI's activation, and the path of its state dict."""
    is_openais = name.startswith("RN") or name in ("ViT-B-32", "ViT-B-16", "ViT-L-14")
    model = open_clip_models.make(f"{name}-quickgelu" if is_openais else name)
    path = folder / f"{name}.pt"
    torch.save(model.state_dict(), path)
    if not is_openais:
        open_clip_models.write_configuration(name, folder)
    return model, path


def flush(path):
    """Waits until a file, or every file of a folder, is on the disk."""
    for file in [path] if path.is_file() else path.iterdir():
        descriptor = os.open(file, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def remove(path):
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def timed(command, output):
    """The seconds until a command's output is on the disk, and its largest resident memory in bytes."""
    os.sync()
    # A process is started by a small one: its largest memory includes that of the one that started it.
    ended = subprocess.run(
        [sys.executable, "-c", LAUNCHER, *(str(word) for word in command)], check=True, capture_output=True, text=True)
    seconds, kibibytes = ended.stdout.split()
    start = time.perf_counter()
    flush(output)
    return float(seconds) + time.perf_counter() - start, int(kibibytes) << 10


def unit(rows):
    rows = numpy.asarray(rows, dtype=numpy.float64)
    return rows / numpy.linalg.norm(rows, axis=-1, keepdims=True)


def pictures(folder):
    generator = numpy.random.Generator(numpy.random.PCG64(7))
    for index, size in enumerate([(320, 240), (224, 224), (250, 400)]):
        small = Image.fromarray(generator.integers(0, 256, (9, 12, 3), dtype=numpy.uint8))
        small.resize(size, Image.BICUBIC).save(folder / f"{index}.png")
    return sorted(folder.glob("*.png"))


def difference(promptlens, folder, model, name):
    images = pictures(folder.parent)
    transform = open_clip_models.transform(name, model)
    with torch.no_grad():
        texts = unit(model.encode_text(open_clip.tokenize(TEXTS, model.context_length)))
        pixels = unit(model.encode_image(torch.stack([transform(Image.open(image)) for image in images])))
    command = [promptlens, "embed", "--model", folder, "--format", "json", "--text", *TEXTS, "--image", *images]
    out = subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout
    found = json.loads(out)
    return max(
        abs(unit(found["text_features"]) - texts).max(), abs(unit(found["image_features"]) - pixels).max())


def measure(name, promptlens, rounds, folder):
    model, source = make(name, folder)
    largest = max(tensor.nbytes for tensor in model.state_dict().values())
    copied, converted, peaks = [], [], []
    copy, output = folder / "copy.pt", folder / "model"
    for _ in range(rounds):
        seconds, _ = timed(["cp", source, copy], copy)
        copied.append(seconds)
        remove(copy)
        seconds, peak = timed([promptlens, "convert", source, "--output", output, "--no-verify"], output)
        converted.append(seconds)
        peaks.append(peak)
        remove(output)
    verified, verified_peak = timed([promptlens, "convert", source, "--output", output], output)
    return {
        "model": name,
        "size MB": round(source.stat().st_size / 1e6),
        "cp s": round(statistics.median(copied), 2),
        "convert s": round(statistics.median(converted), 2),
        "speed": round(statistics.median(copied) / statistics.median(converted), 2),
        "peak MiB": round(max(peaks) / MEBIBYTE),
        "largest MiB": round(largest / MEBIBYTE),
        "verified s": round(verified, 2),
        "verified peak MiB": round(verified_peak / MEBIBYTE),
        "difference": float(f"{difference(promptlens, output, model, name):.1e}"),
    }


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=["ViT-B-32", "RN50"])
    parser.add_argument("--promptlens", type=pathlib.Path, default=pathlib.Path(".build/release/promptlens"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", default=None)
    arguments = parser.parse_args()
    rows = []
    for name in arguments.models:
        with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
            rows.append(measure(name, arguments.promptlens, arguments.rounds, pathlib.Path(folder)))
        print(json.dumps(rows[-1]), flush=True)
    if any(row["difference"] > TOLERANCE for row in rows):
        sys.exit(f"features differ by more than {TOLERANCE}")


if __name__ == "__main__":
    main()

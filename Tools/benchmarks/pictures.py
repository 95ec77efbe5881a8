"""Times decoding and the evaluation transform side by side, one core each: Pillow against promptlens.

Usage: python Tools/benchmarks/pictures.py [--executables .build/release] [--rounds 5] [FILE ...]

Without files, 40 JPEG files of 500 x 375 smooth random colors are made. Pillow decodes, converts to RGB, resizes the
shorter side to 224 by its bicubic and cuts the center out; promptlens does the same and normalizes besides.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

from PIL import Image

from towers import write_images


def pillow_rate(files, size=224):
    """Pictures a second."""
    start = time.perf_counter()
    for file in files:
        image = Image.open(file).convert("RGB")
        short, long = sorted(image.size)
        scaled = size * long // short
        target = (size, scaled) if image.width <= image.height else (scaled, size)
        image = image.resize(target, Image.Resampling.BICUBIC)
        left, top = round((image.width - size) / 2), round((image.height - size) / 2)
        image.crop((left, top, left + size, top + size)).tobytes()
    return len(files) / (time.perf_counter() - start)


def main():
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--executables", type=pathlib.Path, default=pathlib.Path(".build/release"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:1])
    with tempfile.TemporaryDirectory() as folder:
        files = options.files or [str(path) for path in write_images(pathlib.Path(folder), 40, 1)]
        command = [str(options.executables / "promptlens-benchmark"), "pictures", *files]
        theirs, ours = [], []
        for _ in range(options.rounds):
            theirs.append(pillow_rate(files))
            ours.append(json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["pictures_per_second"])
    pillow, promptlens = statistics.median(theirs), statistics.median(ours)
    print(f"decode and resize, one core: Pillow {pillow:.0f}/s, promptlens {promptlens:.0f}/s, ratio {promptlens / pillow:.2f}")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Runs commands on large lists, and prints a table of their processor seconds and memory, at full size and at a quarter of it.

Usage: python3 Tools/benchmarks/scale.py [--only NAME,…] [--executable .build/release/promptlens]

Work in proportion to its size takes four times as long at full size. Processor seconds (of all threads, user's and
system's) are counted, since they do not depend on what else runs on the machine. Memory is the largest resident memory of the
process, mapped files included; the project asks for at most 1 GB. The model is the small one that the executable carries,
numbers are random, and pictures are of 8 × 8 pixels. Python 3.8 alone.
"""

import argparse
import array
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# A process is started by a small one: its largest memory includes that of the one that started it.
LAUNCHER = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
if done.returncode:
    sys.exit(f"{' '.join(sys.argv[1:4])}: {done.returncode}: {done.stderr[-800:]}")
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
"""


class Bench:
    """A folder of inputs, and the commands that are timed in it."""

    def __init__(self, folder, executable):
        self.folder = folder
        self.executable = executable
        self.run("convert", "mini-clip", "--output", "model", "--no-verify")
        tensors = {
            entry["name"]: entry["shape"] for entry in json.loads((folder / "model/manifest.json").read_text())["tensors"]}
        self.width = tensors["text_projection"][1]
        self.context_width = tensors["text_projection"][0]

    def run(self, *arguments):
        """Runs a command to its end; its processor seconds, and its memory in MB."""
        done = subprocess.run(
            [sys.executable, "-c", LAUNCHER, str(self.executable), *(str(word) for word in arguments)], cwd=self.folder,
            stdout=subprocess.PIPE, text=True)
        if done.returncode:
            raise SystemExit(1)
        seconds, kilobytes = done.stdout.split()
        return float(seconds), int(kilobytes) * 1024 / 1e6

    def array(self, name, shape, kind="f", numbers=None):
        """Writes a .npy file of random or given numbers."""
        count = 1
        for extent in shape:
            count *= extent
        if numbers is None:
            generator = random.Random(name)
            numbers = (generator.gauss(0, 1) for _ in range(count))
        code = {"f": "<f4", "q": "<i8"}[kind]
        header = f"{{'descr': '{code}', 'fortran_order': False, 'shape': {tuple(shape)!r}, }}"
        header += " " * (63 - (len(header) + 10) % 64) + "\n"
        with open(self.folder / name, "wb") as file:
            file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode())
            array.array(kind, numbers).tofile(file)

    def names(self, name, count, form="thing {}"):
        """Writes a list of names."""
        (self.folder / name).write_text("".join(form.format(word(index)) + "\n" for index in range(count)))

    def pictures(self, name, folders, images):
        """Writes folders of different small pictures."""
        generator = random.Random(name)
        for index in range(folders):
            folder = self.folder / name / f"class {word(index)}"
            folder.mkdir(parents=True)
            for number in range(images):
                (folder / f"{number}.png").write_bytes(png(generator.getrandbits(8 * 192).to_bytes(192, "big")))


def word(number):
    """A different pronounceable word for each number."""
    text = ""
    number += 37
    while number:
        number, digit = divmod(number, 75)
        text += "bcdfghjklmnprst"[digit % 15] + "aeiou"[digit // 15]
    return text


def png(pixels):
    """A picture of 8 × 8 pixels."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + pixels[24 * row:24 * row + 24] for row in range(8))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))


def zero_shot(bench, share):
    count = int(21000 * share)
    bench.array("x.npy", (5250, bench.width))
    bench.array("y.npy", (5250,), "q", range(5250))
    bench.names("names.txt", count)
    return bench.run("zero-shot", "--model", "model", "--features", "x.npy", "--labels", "y.npy", "--classes", "names.txt",
                     "--format", "json")


def listing(bench, share):
    name = f"folders-{share}"
    if not (bench.folder / name).exists():
        bench.pictures(name, int(2000 * share), 100)
    return bench.run("data", "draw", "--data", f"folder:{name}?hold-out=20%", "--shots", 16, "--format", "json")


def checking(bench, share):
    name = f"folders-{share}"
    if not (bench.folder / name).exists():
        bench.pictures(name, int(2000 * share), 100)
    return bench.run("data", "check", f"folder:{name}", "--format", "json")


def table(bench, share):
    with open(bench.folder / "table.csv", "w") as file:
        file.write("path,label,split\n")
        for row in range(int(2_000_000 * share)):
            file.write(f"images/{row % 1000:04}/{row:08}.jpg,class {word(row % 1000)},{'test' if row % 5 == 0 else 'train'}\n")
    return bench.run("data", "split", "--data", "csv:table.csv", "--no-hashes", "--output", f"split-{share}.json")


def tasks(bench, share, total=2000):
    count = int(total * share)
    if not (bench.folder / "small").exists():
        bench.run("draw", "--output", "small", "--classes", "apple", "key", "--train", 2, "--test", 1)
    grid = {"model": "model", "data": "csv:small/pictures.csv", "views": 1, "shots": [1], "context_length": 1, "epochs": 1,
            "seed": list(range(1, count + 1))}
    (bench.folder / "grid.json").write_text(json.dumps(grid))
    plan = f"tasks-{total}-{share}.jsonl"
    with open(bench.folder / plan, "w") as file:
        subprocess.run([bench.executable, "sweep", "plan", "grid.json"], cwd=bench.folder, stdout=file, check=True)
    return bench.run("sweep", "run", plan, "--output", f"sweep-{total}-{share}")


def planning(bench, share):
    (bench.folder / "large.json").write_text(json.dumps({
        "model": "model", "data": "csv:small/pictures.csv", "views": 1, "shots": [1], "context_length": 1, "epochs": 1,
        "seed": list(range(1, int(2000 * share) + 1))}))
    return bench.run("sweep", "plan", "large.json")


def again(bench, share):
    if not (bench.folder / f"sweep-2000-{share}").exists():
        tasks(bench, share)
    return bench.run("sweep", "run", f"tasks-2000-{share}.jsonl", "--output", f"sweep-2000-{share}")


def merging(bench, share):
    if not (bench.folder / f"sweep-2000-{share}").exists():
        tasks(bench, share)
    return bench.run("sweep", "merge", f"sweep-2000-{share}")


def report(bench, share):
    tasks(bench, share, 500)
    runs = sorted(path.relative_to(bench.folder) for path in (bench.folder / f"sweep-500-{share}/runs").iterdir())
    return bench.run("report", *runs, "--output", f"report-{share}.html")


def templates(bench, share):
    if not (bench.folder / "hundred").exists():
        bench.pictures("hundred/test", 100, 4)
    bench.names("templates.txt", int(1000 * share), "a {} of a {{}}.")
    return bench.run("templates", "--model", "model", "--data", "folder:hundred", "--file", "templates.txt", "--format", "json")


def nearest(bench, share):
    bench.array("context.npy", (int(5000 * share), 16, bench.context_width))
    return bench.run("decode", "context.npy", "--model", "model", "--format", "json")


def transfer(bench, share):
    for name, count in (("many", int(21000 * share)), ("few", int(1000 * share))):
        if not (bench.folder / f"{name}-{share}").exists():
            bench.pictures(f"{name}-{share}/test", count, 1)
    if not (bench.folder / "learned").exists():
        bench.run("draw", "--output", "drawn", "--classes", "apple", "key", "--train", 2, "--test", 1)
        bench.run("train", "--model", "model", "--data", "csv:drawn/pictures.csv", "--shots", 1, "--views", 1, "--epochs", 1,
                  "--output", "learned")
    # A prompt knows its own classes alone; a classifier of the same words knows all.
    bench.names("many.txt", int(21000 * share), "class {}")
    bench.run("classifier", "learned", "--classes", "many.txt", "--output", f"many-{share}.h5")
    return bench.run(
        "transfer", "--classifier", f"many-{share}.h5", "--model", "model", "--source", f"folder:many-{share}", "--target",
        f"folder:few-{share}", "--output", f"transfer-{share}")


WORKS = {
    "zero-shot": ("zero-shot, 21,000 classes, 5,250 images", zero_shot),
    "listing": ("data draw, 200,000 images in 2,000 folders", listing),
    "check": ("data check, the same", checking),
    "table": ("data split, a table of 2,000,000 rows", table),
    "sweep": ("sweep run, 2,000 tasks", tasks),
    "plan": ("sweep plan, the same", planning),
    "again": ("sweep run, the same, all finished already", again),
    "merge": ("sweep merge, the same", merging),
    "report": ("report, 500 runs", report),
    "templates": ("templates, 1,000 on 100 classes", templates),
    "decode": ("decode, 5,000 × 16 vectors", nearest),
    "transfer": ("transfer, 21,000 classes to 1,000", transfer),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(WORKS))
    parser.add_argument("--executable", type=pathlib.Path, default=ROOT / ".build/release/promptlens")
    options = parser.parse_args()
    print("| work | processor seconds | MB | processor seconds at a quarter |\n|---|---:|---:|---:|", flush=True)
    with tempfile.TemporaryDirectory(prefix="scale-") as name:
        bench = Bench(pathlib.Path(name), options.executable.resolve())
        for key in options.only.split(","):
            title, work = WORKS[key]
            quarter, _ = work(bench, 0.25)
            seconds, memory = work(bench, 1)
            print(f"| {title} | {seconds:.1f} | {memory:,.0f} | {quarter:.1f} |", flush=True)


if __name__ == "__main__":
    main()

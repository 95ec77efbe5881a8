"""Times the whole tool on one page: each command beside what a user would otherwise run, as a table in Markdown.

Usage: python Tools/benchmarks/all.py [--only NAME ...] [--list] [--executables .build/release]
       (packages: Tools/fixtures/requirements-fixtures.txt; for SigLIP also transformers and sentencepiece)

Runs the scripts beside it with few rounds, one after the other, and prints what they find: seconds or rates of both sides,
their ratio, and the share of the machine's ceiling, the rate of plain oneDNN products of the same precision, measured in the
same run. Progress goes to standard error. A part that fails is a row that says so, and the exit status is 1.
"""

import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
NONE = "—"


def script(name, *arguments):
    """What a script beside this one prints, and what it writes to standard error."""
    command = [sys.executable, str(HERE / name), *(str(part) for part in arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=HERE.parent.parent)
    if done.returncode != 0:
        lines = (done.stderr.strip() or done.stdout.strip() or "no output").splitlines()
        raise RuntimeError(f"{name} ended with {done.returncode}: {lines[-1][:200]}")
    return done.stdout


def found(pattern, text):
    """The groups of a pattern that a script's output must have."""
    match = re.search(pattern, text)
    if match is None:
        raise RuntimeError(f"unexpected output: {text.strip()[:200]}")
    return match.groups()


class Page:
    """The parts, each a function that returns rows: what, promptlens, otherwise, ratio, share of the ceiling."""

    def __init__(self, executables):
        """Takes the folder of the executables."""
        self.executables = executables
        self.promptlens = executables / "promptlens"

    def ceiling(self, precision):
        """Operations a second of plain products."""
        command = [str(self.executables / "promptlens-benchmark"), "ceiling", precision]
        done = subprocess.run(command, capture_output=True, text=True)
        return json.loads(done.stdout)["operations_per_second"] if done.returncode == 0 else None

    def start(self):
        """Start-up, beside the import that every script with open_clip begins with."""

        def median(command, runs):
            seconds = []
            for _ in range(runs + 1):
                begun = time.perf_counter()
                subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
                seconds.append(time.perf_counter() - begun)
            return statistics.median(seconds[1:])

        ours = median([str(self.promptlens), "--help"], 20)
        theirs = median([sys.executable, "-c", "import open_clip"], 3)
        what = "`promptlens --help`; `import open_clip`"
        return [(what, f"{1000 * ours:.0f} ms", f"{1000 * theirs:.0f} ms", f"{theirs / ours:.0f}", NONE)]

    def pictures(self):
        """Decoding and resizing."""
        text = script("pictures.py", "--rounds", 3, "--executables", self.executables)
        theirs, ours, ratio = found(r"Pillow (\d+)/s, promptlens (\d+)/s, ratio ([\d.]+)", text)
        return [("decode and resize, one core; Pillow", f"{ours}/s", f"{theirs}/s", ratio, NONE)]

    def convert(self):
        """The conversion of a checkpoint."""
        text = script("convert.py", "--promptlens", self.promptlens, "--rounds", 2, "ViT-B-32")
        row = json.loads(text.splitlines()[-1])
        what = f"convert a ViT-B/32 of {row['size MB']} MB; `cp`"
        return [(what, f"{row['convert s']} s", f"{row['cp s']} s", f"{row['speed']}", NONE)]

    def image(self, model, precision):
        """An image tower, on JPEG files."""
        text = script(
            "towers.py", "--model", model, "--precision", precision, "--kinds", "image", "--images", 48, "--rounds", 3,
            "--executables", self.executables)
        theirs, ours, ratio = found(r"image +\d+ +([\d.]+) +([\d.]+) +([\d.]+)", text)
        share = re.search(r"image tower: (\d+) % of the ceiling", text)
        return [(
            f"48 JPEG files to features, {model}, {precision}; PyTorch", f"{ours} s", f"{theirs} s", ratio,
            f"{share[1]} %" if share else NONE)]

    def text(self, precision):
        """The text tower, on sentences."""
        text = script(
            "towers.py", "--model", "ViT-B/16", "--precision", precision, "--kinds", "text", "--texts", 200, "--rounds", 2,
            "--executables", self.executables)
        theirs, ours, ratio = found(r"text +\d+ +([\d.]+) +([\d.]+) +([\d.]+)", text)
        return [(f"200 sentences to features, ViT-B/16, {precision}; PyTorch", f"{ours} s", f"{theirs} s", ratio, NONE)]

    def step(self, arrangement, precision, classes=100):
        """A step of prompt learning."""
        text = script(
            "prompts.py", "--arrangement", arrangement, "--precision", precision, "--classes", classes, "--rounds", 1,
            "--steps", 3, "--executables", self.executables)
        theirs, ours, ratio = found(r"PyTorch ([\d.]+) s.*?, promptlens ([\d.]+) s, ratio ([\d.]+)", text)
        share = found(r"(\d+) % of the ceiling", text)[0]
        what = f"a step of CoOp, {classes:,} classes, M = 16, {arrangement}, {precision}; the reference in PyTorch"
        return [(what, f"{float(ours):.2f} s", f"{float(theirs):.1f} s", ratio, f"{share} %")]

    def predict(self):
        """Classes of a folder of images."""
        text = script("predict.py", "--images", 150, "--rounds", 1, "--executables", self.executables)
        their_start, theirs = found(r"open_clip +([\d.]+) +([\d.]+)", text)
        our_start, ours = found(r"promptlens +([\d.]+) +([\d.]+)", text)
        ratio = found(r"ratio ([\d.]+)", text)[0]
        return [
            ("`predict` on a folder of JPEG files, ViT-B/32; the loop in open_clip", f"{ours}/s", f"{theirs}/s", ratio, NONE),
            ("its start", f"{our_start} s", f"{their_start} s", f"{float(their_start) / float(our_start):.1f}", NONE),
        ]

    def siglip(self):
        """A tower of another family."""
        text = script(
            "siglip.py", "--images", 24, "--classes", 50, "--rounds", 1, "--executables", self.executables)
        images = found(r"images to features: transformers ([\d.]+) s, promptlens ([\d.]+) s, ratio ([\d.]+)", text)
        theirs, ours = found(r"a step: transformers ([\d.]+) s, promptlens ([\d.]+) s", text)
        ratio = found(r"a step of CoOp, \d+ classes: ratio ([\d.]+)", text)[0]
        return [
            ("24 JPEG files to features, SigLIP B/16; transformers", f"{images[1]} s", f"{images[0]} s", images[2], NONE),
            ("a step of CoOp, 50 classes, M = 16, SigLIP B/16; PyTorch", f"{ours} s", f"{theirs} s", ratio, NONE),
        ]

    def interpret(self, precision):
        """Every analysis of a context."""
        text = script("interpret.py", "--precision", precision, "--executables", self.executables)
        seconds, busy = found(r"([\d.]+) s for all of it, ([\d.]+) s of processor time", text)
        what = f"all of `interpret`, text tower of ViT-B/16, M = 16, 100 classes, {precision}; nothing does it"
        return [(what, f"{float(seconds):.0f} s ({float(busy):.0f} s of processor time)", NONE, NONE, NONE)]

    def report(self):
        """A report on many runs."""
        text = script("scale.py", "--only", "report", "--executable", self.promptlens)
        line = text.strip().splitlines()[-1].strip("| ")
        cells = [cell.strip() for cell in line.split("|")]
        return [(f"{cells[0]}; nothing does it", cells[1] + " s", NONE, NONE, NONE)]

    def parts(self):
        """All parts by name, in order."""
        parts = {"start": self.start, "pictures": self.pictures, "convert": self.convert}
        for model in ["ViT-B/32", "ViT-B/16", "RN50"]:
            for precision in ["f32", "bf16"]:
                parts[f"{model}-{precision}"] = lambda m=model, p=precision: self.image(m, p)
        parts["text-f32"] = lambda: self.text("f32")
        for arrangement in ["uc-end", "uc-middle", "csc-end"]:
            for precision in ["f32", "bf16"]:
                parts[f"{arrangement}-{precision}"] = lambda a=arrangement, p=precision: self.step(a, p)
        parts["thousand"] = lambda: self.step("uc-end", "f32", 1000)
        parts["predict"] = self.predict
        parts["siglip"] = self.siglip
        parts["interpret-f32"] = lambda: self.interpret("f32")
        parts["interpret-bf16"] = lambda: self.interpret("bf16")
        parts["report"] = self.report
        return parts


def processor():
    """The processor's name."""
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def billions(rate):
    """A rate for people."""
    return NONE if rate is None else f"{rate / 1e9:.0f} billion"


def main():
    """Runs the parts and prints the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", metavar="NAME", help="the parts to run, by default all")
    parser.add_argument("--list", action="store_true", help="print the parts' names")
    parser.add_argument("--executables", type=pathlib.Path, default=HERE.parent.parent / ".build/release")
    options = parser.parse_args()
    page = Page(options.executables.resolve())
    parts = page.parts()
    if options.list:
        print("\n".join(parts))
        return
    unknown = sorted(set(options.only or []) - set(parts))
    if unknown:
        parser.error(f"no part is named {', '.join(unknown)}; --list prints the names")
    begun = time.perf_counter()
    before = {precision: page.ceiling(precision) for precision in ["f32", "bf16"]}
    rows, failures = [], 0
    for name in options.only or parts:
        start = time.perf_counter()
        try:
            rows += parts[name]()
        except (RuntimeError, OSError, ValueError, KeyError, IndexError, subprocess.CalledProcessError) as error:
            rows.append((f"{name}: failed ({error})", NONE, NONE, NONE, NONE))
            failures += 1
        print(f"{name}: {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    after = {precision: page.ceiling(precision) for precision in ["f32", "bf16"]}
    cores = len(os.sched_getaffinity(0))
    print(f"`Tools/bench --all`, {datetime.date.today()}, {cores} cores of {processor()}, "
          f"{(time.perf_counter() - begun) / 60:.0f} minutes. Plain oneDNN products, which are the ceiling: "
          + "; ".join(f"{billions(before[p])} operations a second in {p} before, {billions(after[p])} after" for p in before)
          + ".\n")
    print("| what; beside what | promptlens | otherwise | ratio | share of the ceiling |")
    print("|---|---:|---:|---:|---:|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()

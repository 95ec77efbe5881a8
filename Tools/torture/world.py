"""What all trials share: the inputs, undisturbed outputs, and the way in which outputs are compared."""

import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import time

# What is measured anew by every run.
TIMES = {"seconds", "seconds_per_step", "training_seconds"}
# A time in a page or a table.
TIME = re.compile(rb"\d+(\.\d+)?(</td><td[^>]*>)?( |&nbsp;)?(ms|s|min)\b")
TEMPORARY = re.compile(r"^\..*\.[0-9A-F]{8}\.partial(\.removed)?$")

GRID = {
    "model": "model", "data": "csv:pictures/pictures.csv?domain=photo", "views": 1, "shots": [1], "seed": [1, 2],
    "context_length": 2, "epochs": 2,
}


class World:
    """A folder with the inputs, and one in which a trial at a time takes place, always of the same name."""

    def __init__(self, folder, executable):
        self.inputs = folder / "inputs"
        self.stage = folder / "stage"
        self.references = folder / "references"
        self.executable = str(executable)
        self.environment = dict(os.environ, PROMPTLENS_THREADS="2", TMPDIR=str(folder))
        self.known = {}

    def prepare(self):
        """Makes the inputs of all commands."""
        self.inputs.mkdir()
        self.references.mkdir()

        def run(text):
            done = subprocess.run(
                [self.executable, *text.split()], cwd=self.inputs, env=self.environment, capture_output=True, text=True)
            if done.returncode:
                raise SystemExit(f"promptlens {text}: {done.returncode}: {done.stderr}")
            return done.stdout

        photo = "csv:pictures/pictures.csv?domain=photo"
        run("convert mini-clip --output model")
        run("draw --output pictures --classes apple key star fish --train 3 --test 2 --styles photo sketch")
        run("draw --output others --classes moon heart --train 1 --test 2 --styles photo")
        shutil.copy(next((self.inputs / "pictures").rglob("*.png")), self.inputs / "apple.png")
        for split in ("train", "test"):
            run(f"extract --model model --data {photo} --split {split} --output {split}.h5")
        for part in (1, 2):
            run(f"extract --model model --data {photo} --split test --shard {part}/2 --output part-{part}-of-2.h5")
        for name, seed in (("run", 1), ("run2", 2)):
            run(
                "train --model model --features train.h5 --test-features test.h5 --shots 2 --epochs 2 "
                f"--context-length 2 --seed {seed} --output {name}")
        (self.inputs / "grid.json").write_text(json.dumps(GRID))
        (self.inputs / "tasks.jsonl").write_text(run("sweep plan grid.json"))
        run("sweep run tasks.jsonl --output sweep")

    def clear(self, subject):
        """Makes the stage anew: links to the inputs, and a folder for the output."""
        self.remove_stage()
        (self.stage / "disk").mkdir(parents=True)
        for name in os.listdir(self.inputs):
            (self.stage / name).symlink_to(self.inputs / name)
        self.add_copies(subject)

    def add_copies(self, subject):
        for name in subject.copies:
            shutil.copytree(self.inputs / name, self.stage / "disk" / name)

    def remove_stage(self):
        subprocess.run(["umount", "-l", str(self.stage / "disk")], capture_output=True)
        shutil.rmtree(self.stage, ignore_errors=True)

    def keep(self, folder):
        """Copies the stage for somebody to look at."""
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.stage, folder, symlinks=True)

    def start(self, arguments, **options):
        """Starts a command on the stage."""
        options = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **options}
        return subprocess.Popen([self.executable, *arguments], cwd=self.stage, env=self.environment, **options)

    def reference(self, subject, other=False):
        """The undisturbed output of a command: its digests, its seconds, and a copy."""
        key = (subject.name, other)
        if key not in self.known:
            self.clear(subject)
            start = time.monotonic()
            process = self.start(subject.arguments + (subject.other if other else ()))
            _, errors = process.communicate()
            if process.returncode:
                raise SystemExit(f"{subject.name} fails undisturbed: {errors.decode(errors='replace')}")
            seconds = time.monotonic() - start
            copy = self.references / f"{subject.name}-{int(other)}"
            place(self.stage / subject.output, copy)
            self.known[key] = (self.digests(subject), seconds, copy)
        return self.known[key]

    def digests(self, subject):
        """The digests of all files of a command's output; of none when there is no output."""
        return digests(self.stage / subject.output)

    def leftovers(self):
        """The temporary files on the stage's disk."""
        return [
            os.path.join(folder, name) for folder, folders, files in os.walk(self.stage / "disk")
            for name in folders + files if TEMPORARY.match(name)]


def place(source, target):
    """Copies a file or a folder to a new name."""
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy(source, target)


def digests(path):
    """The digests of a file or of all files of a folder, measured times aside."""
    path = pathlib.Path(path)
    if path.is_file():
        return {"": digest(path)}
    return {
        os.path.relpath(os.path.join(folder, name), path): digest(pathlib.Path(folder) / name)
        for folder, _, files in os.walk(path) for name in files}


def digest(path):
    """The digest of a file's bytes, without the times that JSON, tables and pages state."""
    data = path.read_bytes()
    if path.suffix in (".json", ".jsonl"):
        try:
            lines = data.splitlines() if path.suffix == ".jsonl" else [data]
            data = "\n".join(json.dumps(timeless(json.loads(line))) for line in lines).encode()
        except ValueError:
            pass
    elif path.suffix in (".html", ".csv", ".md"):
        data = TIME.sub(b"TIME", data)
    return hashlib.sha256(data).hexdigest()[:16]


def timeless(value):
    """A JSON value without the keys that state times."""
    if isinstance(value, dict):
        return {key: timeless(member) for key, member in value.items() if key not in TIMES}
    if isinstance(value, list):
        return [timeless(member) for member in value]
    return value

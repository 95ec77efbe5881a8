"""The kinds of trials: each disturbs a command, has it run again, and compares what is there in the end."""

import os
import random
import resource
import shutil
import signal
import subprocess
import time

from world import place

# Exit statuses of a command that refuses: usage, bad data, missing input, internal error, cannot write.
REFUSALS = {64, 65, 66, 70, 73}


class Fault(Exception):
    """Something that must not happen; `kind` is lost or mixed."""

    def __init__(self, kind, text):
        super().__init__(text)
        self.kind = kind


class Trial:
    """One disturbance of one command."""

    kind = ""

    def __init__(self, world, subject, random):
        self.world = world
        self.subject = subject
        self.random = random
        self.note = ""

    def __str__(self):
        return f"{self.kind} {self.subject.name}{' ' + self.note if self.note else ''}"

    @classmethod
    def takes(cls, subject):
        """Whether this kind can be had of a command."""
        return True

    # Pieces of trials.

    def patience(self):
        """The seconds after which a command is said to hang."""
        return 60 + 20 * self.world.reference(self.subject)[1]

    def finish(self, process, allowed=frozenset({0})):
        """Waits for a command; its status and its standard error."""
        try:
            _, errors = process.communicate(timeout=self.patience())
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Fault("lost", "the command hangs")
        errors = (errors or b"").decode(errors="replace").strip()
        status = process.returncode
        if status < 0 and -status not in allowed:
            raise Fault("lost", f"ended by signal {-status}: {errors[-400:]}")
        if status > 0 and status not in REFUSALS:
            raise Fault("lost", f"ended with {status}: {errors[-400:]}")
        if status > 0 and process.stderr and not errors:
            raise Fault("lost", f"ended with {status} and not a word")
        return status, errors

    def complete(self, arguments=None, reference=None):
        """Runs the command undisturbed, and compares its output with the reference's."""
        status, errors = self.finish(self.world.start(arguments or self.subject.arguments))
        expected = reference or self.world.reference(self.subject)[0]
        found = self.world.digests(self.subject)
        if found != expected:
            names = sorted(
                name or self.subject.output for name in set(found) | set(expected)
                if found.get(name) != expected.get(name))
            raise Fault("lost", f"{', '.join(names[:4])} differ{'' if status == 0 else f' ({status}: {errors[-300:]})'}")
        if status and "exist" not in errors:
            raise Fault("lost", f"cannot be finished: {status}: {errors[-400:]}")
        left = self.world.leftovers()
        if left:
            raise Fault("lost", f"left behind: {os.path.basename(left[0])}")


class Kill(Trial):
    """A signal at a random moment."""

    kind = "kill"

    def run(self):
        self.world.clear(self.subject)
        reference, seconds, _ = self.world.reference(self.subject)
        arguments = self.subject.arguments
        before = None
        if self.subject.takes_force and self.random.random() < 0.5:
            before, _, copy = self.world.reference(self.subject, other=bool(self.subject.other))
            arguments += ("--force",)
            self.note = "--force"
        self.world.clear(self.subject)
        if before is not None:
            place(copy, self.world.stage / self.subject.output)
        cleans = True
        for _ in range(self.random.choice([1, 1, 2])):
            chosen = self.random.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
            process = self.world.start(arguments)
            time.sleep(self.random.random() * seconds * 1.05)
            process.send_signal(chosen)
            self.finish(process, allowed={chosen})
            # What a first process left, a second one that ends at once does not remove.
            cleans = cleans and chosen != signal.SIGKILL
            if cleans and self.world.leftovers():
                raise Fault("lost", f"{chosen.name} leaves {os.path.basename(self.world.leftovers()[0])}")
            if before is not None and self.world.digests(self.subject) not in (before, reference):
                raise Fault("lost", "neither the old nor the new output is there")
        self.complete(arguments)
        return {"identical"}


class Fill(Trial):
    """A file system that is too small."""

    kind = "fill"

    def run(self):
        self.world.reference(self.subject)
        self.world.clear(self.subject)
        disk = self.world.stage / "disk"
        total = sum(
            os.path.getsize(os.path.join(folder, name)) + 4096
            for folder, _, names in os.walk(self.world.reference(self.subject)[2]) for name in names
        ) or self.world.reference(self.subject)[2].stat().st_size
        copies = sum(
            os.path.getsize(os.path.join(folder, name)) + 4096 for copy in self.subject.copies
            for folder, _, names in os.walk(disk / copy) for name in names)
        shutil.rmtree(disk)
        disk.mkdir()
        few = self.random.random() < 0.1
        size = 2**30 if few else int(copies * 1.1 + 4096 + self.random.random() * total * 1.2)
        inodes = self.random.randrange(2, 40) if few and not copies else 100000
        self.note = f"{size} bytes, {inodes} inodes"
        mount = ["mount", "-t", "tmpfs", "-o", f"size={size},nr_inodes={inodes}", "tmpfs", str(disk)]
        subprocess.run(mount, check=True)
        self.world.add_copies(self.subject)
        status, errors = self.finish(self.world.start(self.subject.arguments))
        if status and "space" not in errors:
            raise Fault("lost", f"{status} without a word of the disk: {errors[-400:]}")
        if status not in (0, 73):
            raise Fault("lost", f"{status} for a full disk: {errors[-400:]}")
        subprocess.run(["mount", "-o", "remount,size=1g,nr_inodes=100000", str(disk)], check=True)
        self.complete()
        return {"identical"} | ({"refused"} if status else set())


class Close(Trial):
    """A standard stream that cannot be written to."""

    kind = "close"

    def run(self):
        self.world.reference(self.subject)
        self.world.clear(self.subject)
        redirections = [("1>&-", 1), ("1>/dev/full", 1), ("2>&-", 2), ("2>/dev/full", 2), ("1>&- 2>&- 0<&-", 1), ("1>pipe", 1),
                        ("2>pipe", 2)]
        redirection, stream = self.random.choice(redirections)
        self.note = redirection
        if "pipe" in redirection:
            reader, writer = os.pipe()
            os.close(reader)
            options = {"stdout": writer} if stream == 1 else {"stderr": writer}
            process = self.world.start(self.subject.arguments, **options)
            os.close(writer)
        else:
            script = f'exec "$0" "$@" {redirection}'
            process = subprocess.Popen(
                ["/bin/sh", "-c", script, self.world.executable, *self.subject.arguments], cwd=self.world.stage,
                env=self.world.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        try:
            status, _ = self.finish(process, allowed={signal.SIGPIPE})
        except Fault as fault:
            # Without standard error there is no word to say.
            if "not a word" not in str(fault) or "2>" not in redirection:
                raise
            status = 73
        if status and stream == 2 and "1>" not in redirection:
            raise Fault("lost", f"{status} because nobody reads standard error")
        self.complete()
        return {"identical"} | ({"refused"} if status else set())


class Race(Trial):
    """Two processes with one output."""

    kind = "race"

    def run(self):
        differ = bool(self.subject.other) and not self.subject.is_shared and self.random.random() < 0.7
        self.note = "different" if differ else "equal"
        first, seconds, _ = self.world.reference(self.subject)
        second = self.world.reference(self.subject, other=True)[0] if differ else first
        commands = [self.subject.arguments, self.subject.arguments + (self.subject.other if differ else ())]
        swapped = self.random.random() < 0.5
        if swapped:
            commands.reverse()
        self.world.clear(self.subject)
        processes = [self.world.start(commands[0])]
        time.sleep(self.random.choice([0, self.random.random() * seconds * 0.3, self.random.random() * seconds]))
        processes.append(self.world.start(commands[1]))
        results = [self.finish(process) for process in processes]
        if swapped:
            results.reverse()
        found = self.world.digests(self.subject)
        said = " and ".join(f"{status} {errors[-200:]}".strip() for status, errors in results)
        if found not in (first, second):
            if all(status for status, _ in results):
                self.complete()
                return {"refused"}
            raise Fault("mixed", f"the output is neither's: {said}")
        if all(status for status, _ in results):
            raise Fault("lost", f"both were refused: {said}")
        for (status, _), digests in zip(results, (first, second)):
            if status == 0 and found != digests:
                raise Fault("mixed", f"success was reported for what is not there: {said}")
        if self.world.leftovers():
            raise Fault("lost", f"left behind: {os.path.basename(self.world.leftovers()[0])}")
        return {"identical"} | ({"refused"} if any(status for status, _ in results) else set())


class Limit(Trial):
    """A limit of file size, memory or open files."""

    kind = "limit"

    def run(self):
        copy = self.world.reference(self.subject)[2]
        sizes = [copy.stat().st_size] + [
            os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(copy) for name in names]
        which = self.random.choice(["-f", "-f", "-v", "-v", "-n"])
        limit, value = {
            "-f": (resource.RLIMIT_FSIZE, int(self.random.random() * max(sizes) * 1.1)),
            "-v": (resource.RLIMIT_AS, self.random.randrange(60, 1600) << 20),
            "-n": (resource.RLIMIT_NOFILE, self.random.randrange(3, 40)),
        }[which]
        self.note = f"ulimit {which} {value}"
        self.world.clear(self.subject)
        process = self.world.start(
            self.subject.arguments, preexec_fn=lambda: resource.setrlimit(limit, (value, value)))
        # The loader itself ends with 127 where it finds no memory or no file for the libraries.
        try:
            status, errors = self.finish(process)
        except Fault as fault:
            if "ended with 127" not in str(fault):
                raise
            status = 127
        self.complete()
        return {"identical"} | ({"refused"} if status else set())


class Damage(Trial):
    """One flipped bit in a finished file."""

    kind = "damage"

    @classmethod
    def takes(cls, subject):
        return bool(subject.readers)

    def run(self):
        _, _, copy = self.world.reference(self.subject)
        self.world.clear(self.subject)
        output = self.world.stage / self.subject.output
        place(copy, output)
        reader = self.random.choice(self.subject.readers)
        expected = self.read(reader)
        if expected[0]:
            raise SystemExit(f"{' '.join(reader)} fails on a sound file: {expected[2]}")
        shutil.rmtree(self.world.stage / "disk/probe", ignore_errors=True)
        files = [output] if output.is_file() else sorted(
            path for path in output.rglob("*") if path.is_file() and (path.suffix == ".h5" or reader[0] == "verify"))
        path = self.random.choice(files)
        data = bytearray(path.read_bytes())
        offset, bit = self.random.randrange(len(data)), self.random.randrange(8)
        data[offset] ^= 1 << bit
        path.write_bytes(data)
        self.note = f"{path.name} byte {offset} bit {bit} {reader[0]}"
        found = self.read(reader)
        if found[0] == 0 and found[1] != expected[1]:
            raise Fault("lost", "damage goes unnoticed, with another result")
        if found[0] and path.name not in found[2] and str(self.subject.output) not in found[2]:
            raise Fault("lost", f"the damaged file is not named: {found[2][-300:]}")
        return {"refused"} if found[0] else {"identical"}

    def read(self, arguments):
        """Runs a reader: its status, output and errors."""
        process = self.world.start(arguments, stdout=subprocess.PIPE)
        try:
            output, errors = process.communicate(timeout=self.patience())
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise Fault("lost", f"{arguments[0]} hangs")
        if process.returncode and process.returncode not in REFUSALS:
            raise Fault("lost", f"{arguments[0]} ends with {process.returncode}: {errors[-300:]}")
        return process.returncode, output, errors.decode(errors="replace")


CLASSES = [Kill, Fill, Close, Race, Limit, Damage]
KINDS = [kind.kind for kind in CLASSES]


def make(world, seed, number, kinds, subjects):
    """The trial of a number."""
    generator = random.Random(f"{seed}-{number}")
    kind = generator.choice([kind for kind in CLASSES if kind.kind in kinds and any(map(kind.takes, subjects))])
    fitting = [subject for subject in subjects if kind.takes(subject)]
    subject = generator.choices(fitting, [subject.weight for subject in fitting])[0]
    return kind(world, subject, generator)

"""PromptLens for Python: the command line, and its files as NumPy arrays.

    import promptlens
    promptlens.run(["zero-shot", "--model", "mini-clip", "--data", "folder:photos"])
    classifier = promptlens.load_classifier("runs/photo")
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy

__version__ = "@VERSION@"
_executable = Path(__file__).parent / "bin" / "promptlens"


class PromptLensError(RuntimeError):
    """A command that failed: its message, and its exit code as `code`."""

    def __init__(self, message, code):
        super().__init__(message)
        self.code = code


def run(arguments):
    """Runs `promptlens ARGUMENTS` and returns what it prints; progress and notes go to standard error.

    With `--format json` among the arguments, the result is the parsed document.
    """
    arguments = [os.fspath(argument) if isinstance(argument, os.PathLike) else str(argument) for argument in arguments]
    # Both streams at once: one is kept, and the other is kept for the error and passed on.
    done = subprocess.run([_executable, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode:
        raise PromptLensError(done.stderr.strip(), done.returncode)
    sys.stderr.write(done.stderr)
    is_json = any(pair == ("--format", "json") for pair in zip(arguments, arguments[1:])) or "--format=json" in arguments
    return json.loads(done.stdout) if is_json and done.stdout.strip() else done.stdout


def _safetensors(path):
    """The tensors and the metadata of a safetensors file of f32, f16 or bf16."""
    data = Path(path).read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    metadata, arrays = header.pop("__metadata__", {}), {}
    for name, about in header.items():
        part = memoryview(data)[8 + length + about["data_offsets"][0] : 8 + length + about["data_offsets"][1]]
        if about["dtype"] == "BF16":
            array = (numpy.frombuffer(part, "<u2").astype("<u4") << 16).view("<f4")
        else:
            array = numpy.frombuffer(part, {"F32": "<f4", "F16": "<f2"}[about["dtype"]])
        arrays[name] = array.reshape(about["shape"]).copy()
    return arrays, metadata


def _written(*command):
    """What a command writes as safetensors."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "out.safetensors")
        run([*command, "--output", path])
        return _safetensors(path)


def _given(**options):
    return [part for name, value in options.items() if value is not None for part in (f"--{name}", str(value))]


def load_classifier(path, model=None, classes=None):
    """Reads a run, a learned context, a probe's folder or a classifier file.

    Returns a dictionary: `weights` [classes, width] and other arrays of its kind, `kind`, `class_names`, `scale`,
    `normalizes` and the rest of what the file states. The logits of a linear one are `scale * x @ weights.T + bias`, with x
    scaled to length one if `normalizes`.
    """
    arrays, metadata = _written("classifier", path, *_given(model=model, classes=classes))
    return {**json.loads(metadata["classifier"]), **arrays}


def load_context(path):
    """Reads a learned context: a run, a context file of any form, CoOp's checkpoint.

    Returns a dictionary: `vectors` [count, width], or [classes, count, width] for class-specific ones, `class_names` and the
    other notes of the file.
    """
    arrays, metadata = _written("export", path, "--as", "safetensors")
    notes = {name: _parsed(text) for name, text in metadata.items() if name != "format"}
    return {**notes, "vectors": arrays.pop("ctx"), **arrays}


def _parsed(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def load_features(path):
    """Reads what `promptlens extract`, or `embed` as .h5 or .npy, wrote.

    Returns a dictionary: of `extract` `features` [images, views, width], not scaled to length one, `labels`, `class_names`,
    `paths` and the other arrays and attributes; of `embed` what docs/files.md names; of .npy `features`.
    """
    if str(path).endswith(".npy"):
        return {"features": numpy.load(path)}
    import h5py

    with h5py.File(path, "r") as file:
        found = {name: _plain(value) for name, value in file.attrs.items()}
        for name, dataset in file.items():
            is_text = h5py.check_string_dtype(dataset.dtype) is not None
            found[name] = [text for text in dataset.asstr()[()]] if is_text else dataset[()]
    return found


def _plain(value):
    return value.decode() if isinstance(value, bytes) else value.item() if isinstance(value, numpy.generic) else value


def main():
    """The command line, in place of this process."""
    os.execv(_executable, ["promptlens", *sys.argv[1:]])

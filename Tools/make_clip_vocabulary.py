#!/usr/bin/env python3
"""Writes weights/clip-vocabulary/: OpenAI's list of merges, as the open_clip_torch package on PyPI carries it.

    pip download --no-deps open_clip_torch==3.3.0
    Tools/make_clip_vocabulary.py open_clip_torch-3.3.0-py3-none-any.whl

Without an argument the installed package is used. The file is copied as it is; only its SHA-256 is checked.
"""

import hashlib
import importlib.util
import pathlib
import sys
import zipfile

NAME = "bpe_simple_vocab_16e6.txt.gz"
SHA256 = "924691ac288e54409236115652ad4aa250f48203de50a9e4722a6ecd48d6804a"


def read(arguments: list[str]) -> bytes:
    if arguments:
        with zipfile.ZipFile(arguments[0]) as wheel:
            return wheel.read(f"open_clip/{NAME}")
    package = importlib.util.find_spec("open_clip")
    if package is None:
        sys.exit("open_clip_torch is not installed: give its wheel as an argument")
    return (pathlib.Path(package.origin).parent / NAME).read_bytes()


data = read(sys.argv[1:])
digest = hashlib.sha256(data).hexdigest()
if digest != SHA256:
    sys.exit(f"{NAME}: SHA-256 {digest}, expected {SHA256}")
target = pathlib.Path(__file__).parent.parent / "weights" / "clip-vocabulary" / NAME
target.parent.mkdir(parents=True, exist_ok=True)
target.write_bytes(data)
print(f"{target}: {len(data)} bytes")

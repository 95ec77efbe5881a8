#!/usr/bin/env python3
"""Loads every exported form with the software that it is for, and writes docs/interoperability.md.

    python Tools/checks/interoperability.py --promptlens .build/release/promptlens --python VENV/bin/python … \
        --output docs/interoperability.md

Each --python is an interpreter with torch, open_clip_torch, transformers, safetensors, scikit-learn, openai-clip, h5py,
onnxruntime and Pillow, in versions to measure; what one lacks is left out of its rows. The models, contexts and classifiers are made by
promptlens itself: mini-clip, a context learned from drawn pictures, a linear probe. A row is a form and a program; its number
is the largest difference from promptlens, of features and weights scaled to length one, of probabilities, or of pixels.

`--measure` is what each interpreter runs; it prints rows as JSON.
"""

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

TEXTS = ["a photo of a cat.", "two dogs on the beach", "0123 (test), it's a \"quote\"!", "x"]
CLASSES = ["star", "moon", "fish", "boat"]


def run(promptlens, *arguments):
    done = subprocess.run([str(promptlens), *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"promptlens {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


def prepare(promptlens, folder):
    """Makes the model, the runs and every export."""
    call = lambda *arguments: run(promptlens, *arguments)
    model, pictures = folder / "mini-clip", folder / "pictures"
    data = f"csv:{pictures}/pictures.csv?domain=photo"
    call("convert", "mini-clip", "--output", model)
    call("draw", "--output", pictures, "--classes", *CLASSES, "--train", 8, "--test", 2)
    for form, name in (("safetensors", "open_clip"), ("hf", "hf"), ("openai-safetensors", "m.safetensors"), ("openai-pt", "m.pt"),
                       ("openai-jit", "jit.pt")):
        call("export", model, "--as", form, "--output", folder / name)
    call("export", model, "--as", "onnx", "--output", folder / "onnx")
    common = ["--model", model, "--data", data, "--shots", 8, "--views", 1]
    for position in ("end", "front", "middle"):
        name = folder / ("run" if position == "middle" else position)
        call(
            "train", *common, "--epochs", 20, "--context-length", 5, "--class-position", position, "--output", name)
        call("export", name, "--as", "safetensors", "--output", folder / f"{position}.safetensors")
        call("classifier", name, "--output", folder / f"{position}.json")
    call("probe", "--method", "linear", *common[:6], "--output", folder / "probe")
    call("export", folder / "run", "--as", "python", "--output", folder / "run-graph")
    call("export", folder / "probe", "--model", model, "--as", "python", "--output", folder / "probe-graph")
    for form in ("json", "npy", "safetensors", "coop"):
        call("export", folder / "run", "--as", form, "--output", folder / f"context.{form}")
    for source in ("run", "probe"):
        for ending in ("json", "h5", "csv", "safetensors", "npy"):
            if ending != "npy" or source == "run":
                call("classifier", folder / source, "--output", folder / f"{source}-classifier.{ending}")
    call("classifier", folder / "run", "--layout", "open-clip", "--output", folder / "head.safetensors")
    images = sorted((pictures / "photo" / "test").rglob("*.png"))
    # The files of docs/python.md.
    (folder / "picture.png").write_bytes(images[0].read_bytes())
    (folder / "probe.json").write_text((folder / "probe-classifier.json").read_text())
    call("embed", "--model", model, "--image", folder / "picture.png", "--output", folder / "features.npy")
    documents = {
        "embed": call("embed", "--model", model, "--text", *TEXTS, "--image", *images, "--format", "json"),
        "ids": call("tokenize", "--model", model, *TEXTS, "--format", "json"),
        "run": call("predict", folder / "run", *images, "--top", len(CLASSES), "--format", "json"),
        "probe": call("predict", folder / "probe", "--model", model, *images, "--top", len(CLASSES), "--format", "json"),
        "inspect": call("inspect", model, "--format", "json"),
    }
    for name, text in documents.items():
        (folder / f"{name}.result.json").write_text(text)


class Measurement:
    """The measurements in one interpreter."""

    def __init__(self, folder):
        import numpy

        self.numpy, self.folder, self.rows = numpy, folder, []
        read = lambda name: json.loads((folder / f"{name}.result.json").read_text())
        self.embedded, self.results = read("embed"), {name: read(name) for name in ("run", "probe")}
        self.images = self.embedded["images"]
        length = int(read("inspect")["facts"]["text_tower"].split(" ")[0])
        self.ids = [row + [0] * (length - len(row)) for row in read("ids")]

    def unit(self, rows):
        rows = self.numpy.asarray(rows, dtype=self.numpy.float64)
        return rows / self.numpy.linalg.norm(rows, axis=-1, keepdims=True)

    def largest(self, found, expected):
        return float(self.numpy.abs(self.numpy.asarray(found) - self.numpy.asarray(expected)).max())

    def features(self, texts, images):
        return max(
            self.largest(self.unit(found.float().numpy()), self.unit(self.embedded[key]))
            for key, found in (("text_features", texts), ("image_features", images)))

    def measure(self, form, software, packages, body):
        versions = []
        for package in packages:
            try:
                versions.append(f"{package} {metadata.version(package)}")
            except metadata.PackageNotFoundError:
                return
        try:
            difference, loads = body(), "yes"
        except Exception as error:  # A row for each failure, too.
            difference, loads = None, f"no: {type(error).__name__}: {str(error).splitlines()[0][:120] if str(error) else ''}"
        self.rows.append({
            "form": form, "software": software, "versions": ", ".join(versions), "loads": loads, "difference": difference})

    # Models

    def open_clip(self):
        import open_clip
        import torch
        from PIL import Image

        where = f"local-dir:{self.folder}/open_clip"
        model, _, transform = open_clip.create_model_and_transforms(where)
        tokens = open_clip.get_tokenizer(where)(TEXTS)
        pixels = torch.stack([transform(Image.open(path)) for path in self.images])
        with torch.no_grad():
            return self.features(model.eval().encode_text(tokens), model.encode_image(pixels))

    def state_dict(self, load):
        import open_clip
        import torch
        from PIL import Image
        from open_clip.transform import PreprocessCfg, image_transform_v2

        config = json.loads((self.folder / "open_clip" / "open_clip_config.json").read_text())
        arguments = config["model_cfg"]
        arguments["text_cfg"].pop("hf_tokenizer_name", None)
        model = open_clip.CLIP(**arguments).eval()
        model.load_state_dict(load())
        size = arguments["vision_cfg"]["image_size"]
        transform = image_transform_v2(PreprocessCfg(size=size, **config["preprocess_cfg"]), is_train=False)
        pixels = torch.stack([transform(Image.open(path)) for path in self.images])
        with torch.no_grad():
            return self.features(model.encode_text(torch.tensor(self.ids)), model.encode_image(pixels))

    def openai(self):
        import clip
        import torch
        from PIL import Image

        model, transform = clip.load(str(self.folder / "jit.pt"), device="cpu")
        pixels = torch.stack([transform(Image.open(path)) for path in self.images])
        with torch.no_grad():
            return self.features(model.encode_text(torch.tensor(self.ids)), model.encode_image(pixels))

    def transformers_model(self):
        import torch
        from PIL import Image
        from transformers import CLIPModel, CLIPProcessor

        where = str(self.folder / "hf")
        model, processor = CLIPModel.from_pretrained(where).float().eval(), CLIPProcessor.from_pretrained(where)
        length = len(self.ids[0])
        inputs = processor(
            text=TEXTS, images=[Image.open(path).convert("RGB") for path in self.images], return_tensors="pt",
            padding="max_length", max_length=length, truncation=True)
        with torch.no_grad():
            output = model(**inputs)
            return self.features(output.text_embeds, output.image_embeds)

    def openai_state_dict(self):
        """What clip.load does with any state dict, torch.save's own too."""
        import clip
        import torch

        saved = self.folder / "saved.pt"
        torch.save(torch.load(self.folder / "m.pt", weights_only=True), saved)
        clip.load(str(saved), device="cpu")

    def coop(self):
        """CoOp's load_clip_to_cpu: by path, so that a state dict is read from its beginning."""
        import clip
        import torch

        path = str(self.folder / "m.pt")
        try:
            model, state = torch.jit.load(path, map_location="cpu").eval(), None
        except RuntimeError:
            model, state = None, torch.load(path, map_location="cpu")
        model = clip.model.build_model(state or model.state_dict()).float()
        expected = self.unit(self.embedded["text_features"])
        with torch.no_grad():
            return self.largest(self.unit(model.encode_text(torch.tensor(self.ids)).numpy()), expected)

    def pipeline(self, dtype):
        from PIL import Image
        from transformers import pipeline

        classify = pipeline("zero-shot-image-classification", model=str(self.folder / "hf"), device="cpu", dtype=dtype)
        texts, images = self.unit(self.embedded["text_features"]), self.unit(self.embedded["image_features"])
        import torch

        scale = float(torch.load(self.folder / "m.pt", weights_only=True)["logit_scale"].float().exp())
        worst = 0.0
        for row, path in enumerate(self.images):
            logits = scale * texts @ images[row]
            expected = self.numpy.exp(logits - logits.max())
            expected /= expected.sum()
            found = {answer["label"]: answer["score"] for answer in classify(
                Image.open(path), candidate_labels=TEXTS, hypothesis_template="{}")}
            worst = max(worst, self.largest([found[text] for text in TEXTS], expected))
        return worst

    # Contexts

    def context(self, load):
        import h5py

        with h5py.File(self.folder / "run" / "context.h5") as file:
            return self.largest(load(), file["context"][:])

    # Classifiers

    def probabilities(self, source, logits):
        rows = self.numpy.exp(logits - logits.max(axis=1, keepdims=True))
        rows /= rows.sum(axis=1, keepdims=True)
        expected = self.numpy.zeros_like(rows)
        for row, image in enumerate(self.results[source]):
            for found in image["classes"]:
                expected[row, found["label"]] = found["probability"]
        return self.largest(rows, expected)

    def linear(self, source, weights, scale, normalizes, bias=0):
        features = self.numpy.asarray(self.embedded["image_features"], dtype=self.numpy.float64)
        if normalizes:
            features = self.unit(features)
        weights = self.numpy.asarray(weights, dtype=self.numpy.float64)
        return self.probabilities(source, scale * features @ weights.T + self.numpy.asarray(bias, dtype=self.numpy.float64))

    def classifier(self, source, ending):
        path = self.folder / f"{source}-classifier.{ending}"
        if ending == "csv":
            with open(path) as file:
                lines = list(csv.DictReader(file))
            weights = [[float(line[f"w{n + 1}"]) for n in range(len(line) - 6)] for line in lines]
            bias = [float(line["bias"] or 0) for line in lines]
            return self.linear(source, weights, float(lines[0]["scale"]), lines[0]["normalizes"] == "true", bias)
        if ending == "npy":
            about = json.loads(Path(f"{path}.json").read_text())["classifier"]
            return self.linear(source, self.numpy.load(path), about["scale"], about["normalizes"])
        if ending == "json":
            about = json.loads(path.read_text())
            return self.linear(source, about["weights"], about["scale"], about["normalizes"], about.get("bias", 0))
        if ending == "h5":
            import h5py

            with h5py.File(path) as file:
                bias = file["bias"][:] if "bias" in file else 0
                return self.linear(source, file["weights"][:], file.attrs["scale"], file.attrs["normalizes"], bias)
        from safetensors import safe_open
        from safetensors.numpy import load_file

        with safe_open(path, "np") as file:
            about = json.loads(file.metadata()["classifier"])
        arrays = load_file(path)
        return self.linear(source, arrays["weights"], about["scale"], about["normalizes"], arrays.get("bias", 0))

    def head(self):
        import open_clip
        import torch
        from PIL import Image
        from safetensors.torch import load_file

        model, _, transform = open_clip.create_model_and_transforms(f"local-dir:{self.folder}/open_clip")
        head = load_file(self.folder / "head.safetensors")["classifier"]
        pixels = torch.stack([transform(Image.open(path)) for path in self.images])
        with torch.no_grad():
            logits = model.logit_scale.exp() * model.eval().encode_image(pixels, normalize=True) @ head
        return self.probabilities("run", logits.double().numpy())

    # Graphs

    def reader(self, name):
        """The reader.py of an export, which prepares pictures by itself."""
        import importlib.util

        specification = importlib.util.spec_from_file_location(name, self.folder / name / "reader.py")
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        return module

    def pictures(self):
        from PIL import Image

        return [self.numpy.asarray(Image.open(path).convert("RGB")) for path in self.images]

    def graphs(self):
        import onnxruntime

        texts, images = (onnxruntime.InferenceSession(self.folder / "onnx" / f"{name}.onnx") for name in ("text", "image"))
        prepare = self.reader("run-graph").prepare
        found = {
            "text_features": texts.run(None, {"input_ids": self.numpy.array(self.ids, "int64")})[0],
            "image_features": images.run(
                None, {"pixel_values": self.numpy.stack([prepare(picture) for picture in self.pictures()])})[0],
        }
        return max(self.largest(self.unit(rows), self.unit(self.embedded[key])) for key, rows in found.items())

    def graph_classifier(self, source):
        found = self.reader(f"{source}-graph").probabilities(self.pictures())
        return self.largest(
            found,
            [
                [found["probability"] for found in sorted(image["classes"], key=lambda found: found["label"])]
                for image in self.results[source]
            ])

    # The page's snippets

    def snippet(self, heading):
        """Runs the Python of a section of docs/python.md where its files are; returns its variables."""
        import os

        page = (Path(__file__).resolve().parents[2] / "docs" / "python.md").read_text()
        code = page.split(f"## {heading}\n")[1].split("```python\n")[1].split("```")[0]
        before = os.getcwd()
        os.chdir(self.folder)
        try:
            variables = {}
            exec(compile(code, heading, "exec"), variables)
            return variables
        finally:
            os.chdir(before)

    def first(self, source):
        found = sorted(self.results[source][0]["classes"], key=lambda found: found["label"])
        return [[found["probability"] for found in found]]

    def snippet_weights(self):
        found = self.snippet("Class weights in open_clip")["probabilities"]
        return self.largest(found.detach().numpy(), self.first("run"))

    def snippet_context(self, position):
        import torch
        from safetensors.torch import load_file

        variables = self.snippet("A learned context in open_clip")
        about = json.loads((self.folder / f"{position}.json").read_text())
        with torch.no_grad():
            rows = variables["encode"](
                variables["model"], variables["tokenizer"], load_file(self.folder / f"{position}.safetensors")["ctx"],
                about["class_names"], position)
        return self.largest(rows.numpy(), about["weights"])

    def snippet_probe(self):
        return self.largest(self.snippet("A linear probe in scikit-learn")["prediction"], self.first("probe"))

    def all(self):
        folder = self.folder

        def torch_file():
            import torch

            return torch.load(folder / "m.pt", weights_only=True)

        def safetensors_file():
            from safetensors.torch import load_file

            return load_file(folder / "m.safetensors")

        def context_safetensors():
            from safetensors.numpy import load_file

            return load_file(folder / "context.safetensors")["ctx"]

        def context_coop():
            import torch

            return torch.load(folder / "context.coop", weights_only=True)["state_dict"]["ctx"].numpy()

        self.measure("model, safetensors", "open_clip, local-dir", ["open_clip_torch", "torch"], self.open_clip)
        self.measure(
            "model, openai-safetensors", "open_clip.CLIP, load_state_dict", ["open_clip_torch", "safetensors"],
            lambda: self.state_dict(safetensors_file))
        self.measure(
            "model, openai-pt", "torch.load(weights_only=True), load_state_dict", ["torch"],
            lambda: self.state_dict(torch_file))
        self.measure("model, openai-pt", "CoOp's load_clip_to_cpu", ["openai-clip", "torch"], self.coop)
        self.measure("model, openai-jit", "clip.load", ["openai-clip", "torch"], self.openai)
        self.measure("torch.save's own state dict", "clip.load", ["openai-clip", "torch"], self.openai_state_dict)
        self.measure("model, hf", "CLIPModel, CLIPProcessor", ["transformers"], self.transformers_model)
        for dtype in ("float32", "auto"):
            self.measure(
                "model, hf", f"zero-shot-image-classification, dtype={dtype}", ["transformers"],
                lambda dtype=dtype: self.pipeline(dtype))
        self.measure("model, onnx", "onnxruntime", ["onnxruntime", "numpy"], self.graphs)
        for source, name in (("run", "prompt"), ("probe", "linear probe")):
            self.measure(
                f"classifier of a {name}, python", "reader.py", ["onnxruntime", "numpy"],
                lambda source=source: self.graph_classifier(source))
        self.measure("context, npy", "numpy.load", ["numpy"], lambda: self.context(lambda: self.numpy.load(folder / "context.npy")))
        self.measure(
            "context, json", "json", ["numpy"],
            lambda: self.context(lambda: json.loads((folder / "context.json").read_text())["context"]))
        self.measure("context, safetensors", "safetensors", ["safetensors"], lambda: self.context(context_safetensors))
        self.measure("context, coop", "torch.load(weights_only=True)", ["torch"], lambda: self.context(context_coop))
        libraries = {"json": "numpy", "npy": "numpy", "csv": "numpy", "h5": "h5py", "safetensors": "safetensors"}
        for source, name in (("run", "prompt"), ("probe", "linear probe")):
            for ending, library in libraries.items():
                if source == "run" or ending != "npy":
                    self.measure(
                        f"classifier of a {name}, {ending}", "the formula", [library],
                        lambda source=source, ending=ending: self.classifier(source, ending))
        self.measure("classifier, open_clip's head", "open_clip", ["open_clip_torch"], self.head)
        self.measure(
            "docs/python.md, class weights", "open_clip", ["open_clip_torch", "torch"], self.snippet_weights)
        for position in ("end", "middle", "front"):
            self.measure(
                f"docs/python.md, context, class name {position}", "open_clip", ["open_clip_torch", "torch"],
                lambda position=position: self.snippet_context(position))
        self.measure("docs/python.md, linear probe", "LogisticRegression", ["scikit-learn"], self.snippet_probe)
        return self.rows


def table(rows, promptlens):
    lines = [
        "# Exports in other software", "",
        "Made by `Tools/checks/interoperability.py` with " + run(promptlens, "--version").strip()
        + ", on mini-clip, a context learned from drawn pictures, and a linear probe.",
        "The table shows the largest difference of any number: of features scaled to length one for models, of vectors for contexts, and "
        "of probabilities for classifiers and the pipeline. The model is stored in f16; clip.load computes in f32 on a CPU.", "",
        "| form | software | versions | loads | largest difference |", "| :--- | :--- | :--- | :--- | ---: |",
    ]
    seen = set()
    for row in rows:
        difference = "" if row["difference"] is None else f"{row['difference']:.1e}"
        line = f"| {row['form']} | {row['software']} | {row['versions']} | {row['loads'].replace('|', ' ')} | {difference} |"
        if line not in seen:
            lines.append(line)
        seen.add(line)
    return "\n".join(lines + ["", *NOTES]) + "\n"


NOTES = [
    "`clip.load` of openai-clip 1.0.1 can't load any state dict, not even one of `torch.save`: it opens the file, `torch.jit.load` reads it",
    "to the end and fails, and `torch.load` then gets the same open file and finds nothing left. `--as openai-jit` therefore writes a",
    "TorchScript archive, as OpenAI's own downloads are. `torch.load(weights_only=True)` refuses such archives, so no single file works with",
    "both. CoOp's loader passes the path to both functions and accepts either.", "",
    "The pipeline computes in the type that the weights are stored in, here f16, unless `dtype` is given; this explains its larger",
    "difference. With `dtype=\"float32\"` it agrees as closely as the model.", "",
    "[onnx-parity.md](onnx-parity.md) lists graphs of every kind of tower and classifier.",
]

# Rows that are about others' limits: what is expected of them.
EXPECTED_FAILURES = {"torch.save's own state dict"}
EXPECTED_DIFFERENCES = {"zero-shot-image-classification, dtype=auto": 2e-3}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--promptlens", type=Path, default=Path(".build/release/promptlens"))
    parser.add_argument("--python", nargs="+", default=[sys.executable], help="interpreters to measure in")
    parser.add_argument("--output", type=Path, help="the Markdown file; by default standard output")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        print(json.dumps(Measurement(options.measure).all()))
        return
    with tempfile.TemporaryDirectory() as temporary:
        prepare(options.promptlens, Path(temporary))
        rows = []
        for python in options.python:
            done = subprocess.run([python, __file__, "--measure", temporary], stdout=subprocess.PIPE, text=True, check=True)
            rows += json.loads(done.stdout.splitlines()[-1])
    text = table(sorted(rows, key=lambda row: (row["form"].split(",")[0], row["form"], row["software"])), options.promptlens)
    if options.output:
        options.output.parent.mkdir(exist_ok=True)
        options.output.write_text(text)
    else:
        print(text, end="")
    def fails(row):
        if row["form"] in EXPECTED_FAILURES:
            return row["loads"] == "yes"
        return row["loads"] != "yes" or row["difference"] > EXPECTED_DIFFERENCES.get(row["software"], 1e-4)

    sys.exit(any(map(fails, rows)))


if __name__ == "__main__":
    main()

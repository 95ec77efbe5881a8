#!/usr/bin/env python3
"""Loads what `promptlens export` writes in open_clip and in transformers, and compares features.

For each model folder: exports every form into a temporary folder, loads it with the software that it is for, computes the
features of a few texts and images there, and compares them with `promptlens embed` after scaling each to length one.

    python Tools/checks/check_export.py --promptlens .build/release/promptlens MODEL … --images *.png

The images are RGB: pictures of other kinds are converted before the resize by some of these programs, and after it by others.

Needs torch, open_clip_torch, transformers, safetensors and Pillow (made with 2.12.1, 3.3.0, 4.57.3, 0.8.0).
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import torch
from PIL import Image

TEXTS = ["a photo of a cat.", "two dogs on the beach", "0123 (test), it's a \"quote\"!", "x"]
TOLERANCE = 1e-4


def run(promptlens, *arguments):
    return subprocess.run([promptlens, *arguments], check=True, capture_output=True, text=True).stdout


def unit(rows):
    rows = numpy.asarray(rows, dtype=numpy.float64)
    return rows / numpy.linalg.norm(rows, axis=-1, keepdims=True)


def open_clip_features(model, transform, tokens, images):
    pixels = torch.stack([transform(Image.open(image)) for image in images])
    with torch.no_grad():
        return model.encode_text(tokens), model.encode_image(pixels)


def check_folder(folder, tokens, images):
    """open_clip's own way: local-dir."""
    import open_clip

    model, _, transform = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    return open_clip_features(model.eval(), transform, tokens, images)


def check_file(path, folder, tokens, images):
    """The single file, into a model that is made of the configuration, strictly."""
    import open_clip
    from open_clip.transform import image_transform_v2, PreprocessCfg
    from safetensors.torch import load_file

    config = json.loads((folder / "open_clip_config.json").read_text())
    model = open_clip.CLIP(**config["model_cfg"])
    missing, unexpected = model.load_state_dict(load_file(path), strict=False)
    # open_clip keeps BatchNorm's counters, which aren't weights.
    missing = [name for name in missing if not name.endswith("num_batches_tracked")]
    assert not missing and not unexpected, (missing, unexpected)
    size = config["model_cfg"]["vision_cfg"]["image_size"]
    transform = image_transform_v2(PreprocessCfg(size=size, **config["preprocess_cfg"]), is_train=False)
    return open_clip_features(model.eval(), transform, tokens, images)


def check_transformers(folder, config, tokens, images):
    """transformers' own way, with the tokenizers and the processor of the folder.

    transformers cuts the middle out of a picture with another rounding than torchvision, so its processor is compared on
    square pictures, and the model on the pixels that everyone else gets.
    """
    from open_clip.transform import PreprocessCfg, image_transform_v2
    from transformers import CLIPImageProcessor, CLIPModel, CLIPTokenizer, CLIPTokenizerFast

    model, info = CLIPModel.from_pretrained(folder, dtype=torch.float32, output_loading_info=True)
    assert not info["missing_keys"] and not info["unexpected_keys"] and not info["mismatched_keys"], info
    for kind in (CLIPTokenizerFast, CLIPTokenizer):
        tokenizer = kind.from_pretrained(folder)
        for text, row in zip(TEXTS, tokens.tolist()):
            found = tokenizer(text)["input_ids"]
            assert found == row[: len(found)] and not any(row[len(found):]), (kind.__name__, text, found, row)
    padded = tokenizer(TEXTS, padding="max_length", max_length=tokens.shape[1], return_tensors="pt")
    preprocess = json.loads(config.read_text())["preprocess_cfg"]
    transform = image_transform_v2(PreprocessCfg(size=model.config.vision_config.image_size, **preprocess), False)
    pictures = [Image.open(image) for image in images]
    pixels = torch.stack([transform(picture) for picture in pictures])
    processor = CLIPImageProcessor.from_pretrained(folder)
    squares = [picture.resize((97, 97)) for picture in pictures]
    found = processor(squares, return_tensors="pt")["pixel_values"]
    expected = torch.stack([transform(square) for square in squares])
    assert torch.allclose(found, expected, atol=1e-5), (found - expected).abs().max()
    with torch.no_grad():
        return model.eval().get_text_features(**padded), model.get_image_features(pixels)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+", type=Path)
    parser.add_argument("--promptlens", default=".build/release/promptlens")
    parser.add_argument("--images", nargs="+", required=True, help="RGB pictures")
    options = parser.parse_args()
    failures = 0
    for source in options.models:
        embedded = json.loads(run(
            options.promptlens, "embed", "--model", source, "--text", *TEXTS, "--image", *options.images,
            "--format", "json"))
        ids = json.loads(run(options.promptlens, "tokenize", "--model", source, *TEXTS, "--format", "json"))
        facts = json.loads(run(options.promptlens, "inspect", source, "--format", "json"))["facts"]
        length = int(facts["text_tower"].split(" ")[0])
        tokens = torch.tensor([row + [0] * (length - len(row)) for row in ids])
        with tempfile.TemporaryDirectory() as temporary:
            out = Path(temporary)
            folder, file, hf = out / "open_clip", out / "model.safetensors", out / "hf"
            run(options.promptlens, "export", source, "--as", "safetensors", "--output", folder)
            run(options.promptlens, "export", source, "--as", "openai-safetensors", "--output", file)
            checks = {
                "safetensors": lambda: check_folder(folder, tokens, options.images),
                "openai-safetensors": lambda: check_file(file, folder, tokens, options.images),
            }
            if "ModifiedResNet" not in facts["image_tower"]:
                run(options.promptlens, "export", source, "--as", "hf", "--output", hf)
                checks["hf"] = lambda: check_transformers(hf, folder / "open_clip_config.json", tokens, options.images)
            for form, check in checks.items():
                texts, images = check()
                differences = [
                    numpy.abs(unit(found.numpy()) - unit(embedded[key])).max()
                    for key, found in (("text_features", texts), ("image_features", images))
                ]
                verdict = "agrees" if max(differences) <= TOLERANCE else "DIFFERS"
                failures += verdict != "agrees"
                print(f"{source.name:24} {form:20} texts {differences[0]:.2e}  images {differences[1]:.2e}  {verdict}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()

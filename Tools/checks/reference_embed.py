"""Prints CLIP features as JSON, computed by PyTorch and open_clip: an independent check of `promptlens embed`.

Usage: python Tools/checks/reference_embed.py --model MODEL.h5|FOLDER [--text T ...] [--image FILE ...]
       (packages: Tools/fixtures/requirements-fixtures.txt)

MODEL.h5 holds data sets named as OpenAI's state dict; a folder is one that holds model.h5. The vocabulary is the
merges.txt, bpe*.txt.gz or tokenizer.json beside it, or what --vocabulary names. Everything is f32 on the CPU,
features are before normalization, and the JSON has the keys of `promptlens embed --format json`.
"""

import argparse
import gzip
import json
import pathlib
import sys

import torch
from PIL import Image

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "fixtures"))
import open_clip_reference  # noqa: E402
import openai_h5  # noqa: E402
from fixture_expectations import digits  # noqa: E402

VOCABULARY_FILES = ["merges.txt", "bpe*.txt.gz", "tokenizer.json"]


def find_vocabulary(folder):
    """The vocabulary file in a folder."""
    for pattern in VOCABULARY_FILES:
        for path in sorted(folder.glob(pattern)):
            return path
    sys.exit(f"{folder} contains none of {', '.join(VOCABULARY_FILES)}; name a vocabulary with --vocabulary.")


def read_merges(path, vocabulary_size):
    """The merges of a vocabulary file, one `first second` each, as many as the embedding has rows for."""
    if path.suffix == ".json":
        document = json.loads(path.read_text(encoding="utf-8"))
        merges = document.get("model", document)["merges"]
        lines = [merge if isinstance(merge, str) else " ".join(merge) for merge in merges]
    else:
        data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        lines = data.decode("utf-8").rstrip("\n").split("\n")
        lines = lines[1:] if lines[0].startswith(("#version", '"bpe_simple_vocab')) else lines
    wanted = vocabulary_size - 514
    if len(lines) < wanted:
        sys.exit(f"{path} has {len(lines)} merges; the model's {vocabulary_size} token embeddings need {wanted}.")
    return lines[:wanted]


def embed_texts(model, state, vocabulary, texts):
    """Features of the texts; a text over the context length is cut, as open_clip does."""
    context_length = state["positional_embedding"].shape[0]
    merges = read_merges(vocabulary, state["token_embedding.weight"].shape[0])
    tokenizer = open_clip_reference.tokenizer_from_merges(merges, context_length)
    return open_clip_reference.text_features(model, tokenizer(texts))


def embed_images(model, paths):
    """Features of the image files, read by Pillow and prepared by open_clip's evaluation transform."""
    transform = open_clip_reference.image_transform(model.visual.image_size)
    images = []
    for path in paths:
        with Image.open(path) as image:
            images.append(transform(image))
    return open_clip_reference.image_features(model, torch.stack(images))


def main():
    """Reads the arguments and prints the features."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True, type=pathlib.Path, help="an OpenAI-named HDF5 file, or its folder")
    parser.add_argument("--vocabulary", type=pathlib.Path, help="merges.txt, bpe*.txt.gz or tokenizer.json")
    parser.add_argument("--text", action="append", default=[], help="a text; may be given several times")
    parser.add_argument("--image", action="append", default=[], help="an image file; may be given several times")
    arguments = parser.parse_args()

    path = arguments.model / "model.h5" if arguments.model.is_dir() else arguments.model
    try:
        state, quick_gelu = openai_h5.read_model(path)
    except (OSError, ValueError) as error:
        sys.exit(f"{path}: {error}")
    model = open_clip_reference.build_model(state, quick_gelu)
    document = {}
    if arguments.text:
        vocabulary = arguments.vocabulary or find_vocabulary(path.parent)
        document["texts"] = arguments.text
        document["text_features"] = digits(embed_texts(model, state, vocabulary, arguments.text))
    if arguments.image:
        document["images"] = arguments.image
        document["image_features"] = digits(embed_images(model, arguments.image))
    json.dump(document, sys.stdout, ensure_ascii=False)
    print()


if __name__ == "__main__":
    main()

"""Writes Tests/Fixtures/openai-h5-vit and openai-h5-rn: HDF5 files in OpenAI's names, and open_clip's features.

Usage: python Tools/make_openai_h5_fixtures.py   (packages: Tools/requirements-fixtures.txt)

The ViT file is what a published state dict holds: f16 matrices, f32 norms, embeddings and `logit_scale`, three int64
scalars, no attribute. The ResNet file is a bare model's: token table in f16 too, activation and size as attributes.
"""

import pathlib

import fixture_expectations
import fixture_vocabulary
import open_clip_reference
import openai_h5
from fixture_weights import Architecture, random_state

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Fixtures"
VOCABULARY = len(fixture_vocabulary.vocabulary())
VIT = Architecture(16, 8, 64, 1, 64, 2, 16, VOCABULARY)
RESNET = Architecture(64, None, 4, (1, 1, 1, 1), 64, 1, 16, VOCABULARY)


def write_fixture(name, architecture, seed, images, half_tokens, scalars=None, attributes=None):
    """Writes one folder: model, vocabulary, expected.json."""
    folder = FIXTURES / name
    folder.mkdir(parents=True, exist_ok=True)
    state = random_state(architecture, seed)
    openai_h5.write_model(folder / "model.h5", state, half_tokens, scalars or {}, attributes or {})
    fixture_vocabulary.write_json_vocabulary(folder / "vocab.json")
    fixture_vocabulary.write_merges(folder / "merges.txt")

    model = open_clip_reference.build_model(*openai_h5.read_model(folder / "model.h5"))
    tokens = open_clip_reference.fixture_tokenizer()(fixture_expectations.TEXTS)
    input_name, inputs = fixture_expectations.write_image_inputs(FIXTURES, images, architecture.image, seed)
    fixture_expectations.write_expected(
        folder / "expected.json",
        computed_by="open_clip CLIP, QuickGELU, f32 on CPU",
        versions=open_clip_reference.versions("open_clip_torch", "torch", "h5py", "numpy"),
        input_name=input_name,
        token_ids=tokens,
        image_features=open_clip_reference.image_features(model, inputs),
        text_features=open_clip_reference.text_features(model, tokens),
        logit_scale=state["logit_scale"],
    )


def main():
    """Writes both folders."""
    scalars = {"input_resolution": VIT.image, "context_length": 77, "vocab_size": VOCABULARY}
    write_fixture("openai-h5-vit", VIT, 16, 3, half_tokens=False, scalars=scalars)
    attributes = {"activation": "quick_gelu", "image_resolution": RESNET.image}
    write_fixture("openai-h5-rn", RESNET, 64, 2, half_tokens=True, attributes=attributes)


if __name__ == "__main__":
    main()

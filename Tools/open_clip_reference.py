"""A CLIP in PyTorch from a state dict in OpenAI's names, and its features: the reference side of these tools.

Imported by the scripts that need PyTorch's numbers. The model is open_clip's, in f32 on the CPU.
"""

import importlib.metadata
import pathlib
import tempfile

import numpy
import open_clip
import torch
from open_clip.model import CLIP, build_model_from_openai_state_dict
from open_clip.tokenizer import SimpleTokenizer

import fixture_vocabulary


def versions(*packages):
    """The installed version of each package, by name."""
    return {package: importlib.metadata.version(package) for package in packages}


def build_model(state, quick_gelu=True):
    """open_clip's CLIP holding `state` (name to array), in f32 and evaluation mode.

    open_clip's loader finds the architecture, but rounds weights to f16; so the weights are loaded a second time.
    """
    tensors = {name: torch.from_numpy(numpy.array(value)) for name, value in state.items()}
    tensors = {name: value.float() if value.is_floating_point() else value for name, value in tensors.items()}
    model = build_model_from_openai_state_dict(dict(tensors), quick_gelu=quick_gelu, cast_dtype=torch.float32)
    assert isinstance(model, CLIP)
    model.float()
    for name in ["input_resolution", "context_length", "vocab_size"]:
        tensors.pop(name, None)
    model.load_state_dict(tensors)
    return model.eval()


def tokenizer_from_merges(lines, context_length):
    """open_clip's tokenizer over a vocabulary given by its merges, one `first second` a line, without version line."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "bpe.txt.gz"
        fixture_vocabulary.write_archive(path, [fixture_vocabulary.VERSION_LINE, *lines])
        return SimpleTokenizer(str(path), context_length=context_length)


def fixture_tokenizer():
    """open_clip's tokenizer over the fixtures' own vocabulary."""
    merges = [" ".join(merge) for merge in fixture_vocabulary.learn_merges()]
    return tokenizer_from_merges(merges, fixture_vocabulary.CONTEXT_LENGTH)


def text_features(model, token_ids):
    """Text features [n, embed] before normalisation, f32."""
    with torch.inference_mode():
        return model.encode_text(torch.as_tensor(token_ids), normalize=False).float().numpy()


def image_features(model, images):
    """Image features [n, embed] before normalisation, f32, of normalised inputs [n, 3, r, r]."""
    with torch.inference_mode():
        return model.encode_image(torch.as_tensor(images), normalize=False).float().numpy()


def image_transform(size):
    """open_clip's evaluation transform: bicubic to the short side, centre crop, RGB, OpenAI's mean and deviation."""
    return open_clip.image_transform(size, is_train=False)

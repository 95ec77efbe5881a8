"""What the model fixtures are asked, and how the answers are stored: texts, image inputs, expected.json.

Imported by the make_*_fixtures.py scripts. Needs numpy only.
"""

import json
import pathlib

import numpy

TEXTS = [
    "a photo of a cat.",
    "a drawing of the old bridge near the water",
    "Two Birds, 37 boats & one lamp!",
    "caf\u00e9 \u4e2d\u6587 it's \U0001f600",
    "",
]


def image_inputs(count, size, seed):
    """`count` random images [count, 3, size, size] in f32 as a tower receives them: normalised, smooth plus noise."""
    generator = numpy.random.Generator(numpy.random.PCG64(seed))
    coarse = generator.standard_normal((count, 3, size // 8, size // 8), dtype=numpy.float32)
    noise = generator.standard_normal((count, 3, size, size), dtype=numpy.float32)
    images = coarse.repeat(8, axis=2).repeat(8, axis=3) + 0.5 * noise
    return numpy.clip(numpy.round(images * 64) / 64, -2, 2)


def write_image_inputs(folder, count, size, seed):
    """Writes the inputs beside the fixtures, returns the file's name relative to one fixture, and the array."""
    images = image_inputs(count, size, seed)
    name = f"inputs-{size}.npy"
    numpy.save(pathlib.Path(folder) / name, images)
    return f"../{name}", images


def padded(ids, context_length, padding=0):
    """One row of `context_length` ids: `ids`, then `padding`."""
    return list(ids) + [padding] * (context_length - len(ids))


def digits(array):
    """The array as nested lists whose numbers print with nine significant digits, enough for every f32."""
    array = numpy.asarray(array, dtype=numpy.float32)
    if array.ndim == 0:
        return float(f"{float(array):.9g}")
    return [digits(row) for row in array]


def logits(image_features, text_features, logit_scale):
    """exp(logit_scale) times the cosine of every image with every text, in f64."""
    images = numpy.asarray(image_features, dtype=numpy.float64)
    texts = numpy.asarray(text_features, dtype=numpy.float64)
    images = images / numpy.linalg.norm(images, axis=1, keepdims=True)
    texts = texts / numpy.linalg.norm(texts, axis=1, keepdims=True)
    return numpy.exp(float(logit_scale)) * images @ texts.T


def write_expected(path, *, computed_by, versions, input_name, token_ids, image_features, text_features, logit_scale):
    """Writes expected.json: features before L2 normalisation, `logit_scale` as the file holds it (a logarithm)."""
    document = {
        "computed_by": computed_by,
        "versions": versions,
        "images": [f"image-{index}" for index in range(len(image_features))],
        "image_input": input_name,
        "texts": TEXTS,
        "token_ids": [[int(token) for token in row] for row in token_ids],
        "image_features": digits(image_features),
        "text_features": digits(text_features),
        "logit_scale": digits(logit_scale),
        "logits_per_image": digits(logits(image_features, text_features, logit_scale)),
    }
    lines = (f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in document.items())
    pathlib.Path(path).write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")

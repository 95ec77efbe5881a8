"""Writes Tests/Fixtures/keras-hub: a CLIP preset in float16 as keras-hub saves it, and what it computes in f32.

Usage: python Tools/make_keras_hub_fixture.py   (packages: Tools/requirements-fixtures-keras-hub.txt)
"""

import importlib.metadata
import os
import pathlib
import shutil

os.environ.update(
    KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="2", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0"
)

import keras  # noqa: E402
import keras_hub  # noqa: E402
import numpy  # noqa: E402

import fixture_expectations  # noqa: E402
import fixture_vocabulary  # noqa: E402
from fixture_weights import HEAD_WIDTH, Architecture, random_state  # noqa: E402

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Fixtures"
VOCABULARY = len(fixture_vocabulary.vocabulary())
ARCHITECTURE = Architecture(16, 8, 64, 2, 64, 1, 16, VOCABULARY)
SEED = 5
IMAGES = 3
MEAN = numpy.array([0.48145466, 0.4578275, 0.40821073])
DEVIATION = numpy.array([0.26862954, 0.26130258, 0.27577711])


def build_model(dtype):
    """A CLIPBackbone of the architecture, with weights of `dtype`."""
    size = ARCHITECTURE.image
    vision = keras_hub.models.CLIPVisionEncoder(
        patch_size=ARCHITECTURE.patch,
        hidden_dim=ARCHITECTURE.vision_width,
        num_layers=ARCHITECTURE.vision_layers,
        num_heads=ARCHITECTURE.vision_width // HEAD_WIDTH,
        intermediate_dim=4 * ARCHITECTURE.vision_width,
        intermediate_activation="quick_gelu",
        image_shape=(size, size, 3),
        dtype=dtype,
    )
    text = keras_hub.models.CLIPTextEncoder(
        vocabulary_size=VOCABULARY,
        embedding_dim=ARCHITECTURE.text_width,
        hidden_dim=ARCHITECTURE.text_width,
        num_layers=ARCHITECTURE.text_layers,
        num_heads=ARCHITECTURE.text_width // HEAD_WIDTH,
        intermediate_dim=4 * ARCHITECTURE.text_width,
        intermediate_activation="quick_gelu",
        max_sequence_length=77,
        dtype=dtype,
    )
    return keras_hub.models.CLIPBackbone(vision, text, ARCHITECTURE.embed, dtype=dtype)


def assign_weights(model, state):
    """Sets every weight of the model from a state in OpenAI's names; every tensor is used.

    `position_ids` is a weight too, and zero until somebody sets it.
    """
    rest = dict(state)
    vision, text = model.vision_encoder, model.text_encoder
    assign(vision.embedding.position_ids, numpy.arange(ARCHITECTURE.positions))
    assign(vision.embedding.class_embedding, rest.pop("visual.class_embedding"))
    assign(vision.embedding.position_embedding.embeddings, rest.pop("visual.positional_embedding"))
    assign(vision.embedding.patch_embedding.kernel, rest.pop("visual.conv1.weight").transpose(2, 3, 1, 0))
    assign_norm(vision.pre_layer_norm, rest, "visual.ln_pre")
    assign_norm(vision.layer_norm, rest, "visual.ln_post")
    assign(model.vision_projection.kernel, rest.pop("visual.proj"))
    assign(text.embedding.token_embedding.embeddings, rest.pop("token_embedding.weight"))
    assign(text.embedding.position_embedding.position_embeddings, rest.pop("positional_embedding"))
    assign_norm(text.layer_norm, rest, "ln_final")
    assign(model.text_projection.kernel, rest.pop("text_projection"))
    assign(model.clip_head.logit_scale, rest.pop("logit_scale"))
    for encoder, prefix in [(vision, "visual."), (text, "")]:
        for index, layer in enumerate(encoder.encoder_layers):
            assign_block(layer, rest, f"{prefix}transformer.resblocks.{index}")
    assert not rest, f"left over: {sorted(rest)}"


def assign_block(layer, rest, source):
    """One encoder layer, the joint input projection split in three and by heads."""
    assign_norm(layer.layer_norm_1, rest, f"{source}.ln_1")
    assign_norm(layer.layer_norm_2, rest, f"{source}.ln_2")
    kernels = numpy.split(rest.pop(f"{source}.attn.in_proj_weight"), 3)
    biases = numpy.split(rest.pop(f"{source}.attn.in_proj_bias"), 3)
    attention = layer.attention
    projections = [attention.query_dense, attention.key_dense, attention.value_dense]
    for dense, kernel, bias in zip(projections, kernels, biases, strict=True):
        assign(dense.kernel, kernel.T)
        assign(dense.bias, bias)
    for dense, name in [
        (attention.output_dense, "attn.out_proj"),
        (layer.dense_1, "mlp.c_fc"),
        (layer.dense_2, "mlp.c_proj"),
    ]:
        assign(dense.kernel, rest.pop(f"{source}.{name}.weight").T)
        assign(dense.bias, rest.pop(f"{source}.{name}.bias"))


def assign_norm(layer, rest, source):
    """A layer norm's two tensors."""
    assign(layer.gamma, rest.pop(f"{source}.weight"))
    assign(layer.beta, rest.pop(f"{source}.bias"))


def assign(variable, value):
    """Sets a variable to the value in the variable's own shape."""
    variable.assign(numpy.reshape(value, variable.shape))


def save_preset(folder, model):
    """Saves backbone, tokenizer and image converter the way keras-hub's conversion script does."""
    tokenizer = keras_hub.tokenizers.CLIPTokenizer(
        vocabulary=fixture_vocabulary.vocabulary(),
        merges=fixture_vocabulary.merges_lines()[1:],
        pad_with_end_token=True,
    )
    converter = keras_hub.layers.CLIPImageConverter(
        image_size=(ARCHITECTURE.image, ARCHITECTURE.image),
        scale=(1 / 255 / DEVIATION).tolist(),
        offset=(-MEAN / DEVIATION).tolist(),
        interpolation="bicubic",
        antialias=False,
        crop_to_aspect_ratio=True,
    )
    model.save_to_preset(str(folder))
    tokenizer.save_to_preset(str(folder))
    converter.save_to_preset(str(folder))
    return tokenizer


def token_rows(tokenizer):
    """The texts' ids by Keras Hub's tokenizer, with start and end, padded with zeros as the other fixtures are."""
    rows = [[VOCABULARY - 2, *map(int, tokenizer(text)), VOCABULARY - 1] for text in fixture_expectations.TEXTS]
    return [fixture_expectations.padded(row, 77) for row in rows]


def features(model, images, tokens):
    """Image and text features before normalisation, which the backbone computes on the way to its logits."""
    image = model.get_vision_embeddings(keras.ops.convert_to_tensor(images.transpose(0, 2, 3, 1)))
    text = model.get_text_embeddings(keras.ops.convert_to_tensor(tokens, dtype="int32"))
    return keras.ops.convert_to_numpy(image), keras.ops.convert_to_numpy(text)


def main():
    """Writes the preset, reads its weights again into an f32 model, and writes expected.json."""
    folder = FIXTURES / "keras-hub"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    state = random_state(ARCHITECTURE, SEED)
    model = build_model("float16")
    assign_weights(model, state)
    tokenizer = save_preset(folder, model)

    model = build_model("float32")  # from_preset(dtype=) would leave the towers in float16
    model.load_weights(folder / "model.weights.h5")
    input_name, inputs = fixture_expectations.write_image_inputs(FIXTURES, IMAGES, ARCHITECTURE.image, 16)
    tokens = token_rows(tokenizer)
    image_features, text_features = features(model, inputs, tokens)
    packages = ["keras-hub", "keras", "tensorflow", "h5py", "numpy"]
    fixture_expectations.write_expected(
        folder / "expected.json",
        computed_by="keras_hub CLIPBackbone in f32 on CPU, holding the float16 weights of this preset",
        versions={package: importlib.metadata.version(package) for package in packages},
        input_name=input_name,
        token_ids=tokens,
        image_features=image_features,
        text_features=text_features,
        logit_scale=state["logit_scale"],
    )


if __name__ == "__main__":
    main()

"""Writes Tests/Fixtures/tf-h5 and tf-h5-gelu: tf_model.h5 by transformers' TFCLIPModel, and what it computes.

Usage: python Tools/make_tf_h5_fixtures.py   (packages: Tools/requirements-fixtures-transformers.txt)

Both folders hold the same weights (tf-h5-gelu links to tf-h5's file). tf-h5 is QuickGELU with `eos_token_id` 2, which
means pooling at the largest id; tf-h5-gelu is GELU with the vocabulary's own end token.
"""

import importlib.metadata
import os
import pathlib

os.environ.update(TF_CPP_MIN_LOG_LEVEL="2", CUDA_VISIBLE_DEVICES="", TF_ENABLE_ONEDNN_OPTS="0")

import numpy  # noqa: E402
import tensorflow  # noqa: E402
from transformers import CLIPConfig, CLIPTokenizer, TFCLIPModel  # noqa: E402

import fixture_expectations  # noqa: E402
import fixture_vocabulary  # noqa: E402
from fixture_weights import Architecture, random_state  # noqa: E402

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Fixtures"
VOCABULARY = len(fixture_vocabulary.vocabulary())
ARCHITECTURE = Architecture(16, 8, 64, 1, 64, 1, 16, VOCABULARY)
SEED = 4
IMAGES = 3


def configuration(activation, end):
    """The CLIPConfig of the architecture."""
    tower = {
        "hidden_size": 64,
        "intermediate_size": 256,
        "num_attention_heads": 1,
        "num_hidden_layers": 1,
        "projection_dim": ARCHITECTURE.embed,
        "hidden_act": activation,
    }
    text = {"vocab_size": VOCABULARY, "bos_token_id": VOCABULARY - 2, "eos_token_id": end, "pad_token_id": 0}
    vision = {"image_size": ARCHITECTURE.image, "patch_size": ARCHITECTURE.patch}
    return CLIPConfig(
        text_config={**tower, **text}, vision_config={**tower, **vision}, projection_dim=ARCHITECTURE.embed
    )


def tensorflow_weights(state):
    """The state under TFCLIPModel's variable names, kernels turned as TensorFlow has them."""
    weights = {
        "logit_scale": state["logit_scale"].reshape(1),
        "text_projection/kernel": state["text_projection"],
        "visual_projection/kernel": state["visual.proj"],
        "text_model/embeddings/token_embedding/weight": state["token_embedding.weight"],
        "text_model/embeddings/position_embedding/embeddings": state["positional_embedding"],
        "vision_model/embeddings/class_embedding": state["visual.class_embedding"],
        "vision_model/embeddings/position_embedding/embeddings": state["visual.positional_embedding"],
        "vision_model/embeddings/patch_embedding/kernel": state["visual.conv1.weight"].transpose(2, 3, 1, 0),
    }
    for name, source in [
        ("text_model/final_layer_norm", "ln_final"),
        ("vision_model/pre_layrnorm", "visual.ln_pre"),
        ("vision_model/post_layernorm", "visual.ln_post"),
    ]:
        weights.update(norm(state, source, name))
    for tower, prefix in [("text_model", ""), ("vision_model", "visual.")]:
        weights.update(block(state, f"{prefix}transformer.resblocks.0", f"{tower}/encoder/layers_._0"))
    return weights


def block(state, source, name):
    """One block's weights, the joint input projection split in three."""
    weights = {**norm(state, f"{source}.ln_1", f"{name}/layer_norm1")}
    weights.update(norm(state, f"{source}.ln_2", f"{name}/layer_norm2"))
    kernels = numpy.split(state[f"{source}.attn.in_proj_weight"], 3)
    biases = numpy.split(state[f"{source}.attn.in_proj_bias"], 3)
    for projection, kernel, bias in zip(["q_proj", "k_proj", "v_proj"], kernels, biases, strict=True):
        weights[f"{name}/self_attn/{projection}/kernel"] = kernel.T
        weights[f"{name}/self_attn/{projection}/bias"] = bias
    for target, part in [("self_attn/out_proj", "attn.out_proj"), ("mlp/fc1", "mlp.c_fc"), ("mlp/fc2", "mlp.c_proj")]:
        weights[f"{name}/{target}/kernel"] = state[f"{source}.{part}.weight"].T
        weights[f"{name}/{target}/bias"] = state[f"{source}.{part}.bias"]
    return weights


def norm(state, source, name):
    """A layer norm's two tensors."""
    return {f"{name}/gamma": state[f"{source}.weight"], f"{name}/beta": state[f"{source}.bias"]}


def build_model(config, state):
    """A TFCLIPModel holding `state`; every variable is set, and every tensor is used."""
    model = TFCLIPModel(config)
    model(model.dummy_inputs)
    weights = tensorflow_weights(state)
    for variable in model.weights:
        name = variable.name.split("/clip/", 1)[1].removesuffix(":0")
        variable.assign(weights.pop(name))
    assert not weights, f"left over: {sorted(weights)}"
    return model


def token_rows(folder):
    """The texts' ids by transformers' tokenizer, padded with zeros.

    Without ftfy installed it would take accents off and set Chinese characters apart, unlike OpenAI's.
    """
    tokenizer = CLIPTokenizer(
        folder / "vocab.json", folder / "merges.txt", pad_token=fixture_vocabulary.START, model_max_length=77
    )
    return [fixture_expectations.padded(tokenizer(text)["input_ids"], 77) for text in fixture_expectations.TEXTS]


def write_fixture(name, activation, end, weights_file=None):
    """Writes one folder: tf_model.h5 (or a link to it), config.json, vocabulary, expected.json."""
    folder = FIXTURES / name
    folder.mkdir(parents=True, exist_ok=True)
    state = random_state(ARCHITECTURE, SEED)
    model = build_model(configuration(activation, end), state)
    (folder / "tf_model.h5").unlink(missing_ok=True)
    model.save_pretrained(folder)
    if weights_file:
        (folder / "tf_model.h5").unlink()
        (folder / "tf_model.h5").symlink_to(weights_file)
    fixture_vocabulary.write_json_vocabulary(folder / "vocab.json")
    fixture_vocabulary.write_merges(folder / "merges.txt")

    model = TFCLIPModel.from_pretrained(folder)
    tokens = token_rows(folder)
    input_name, inputs = fixture_expectations.write_image_inputs(FIXTURES, IMAGES, ARCHITECTURE.image, 16)
    packages = ["transformers", "tensorflow", "tf_keras", "ftfy", "h5py", "numpy"]
    fixture_expectations.write_expected(
        folder / "expected.json",
        computed_by=f"transformers TFCLIPModel, hidden_act {activation}, f32 on CPU",
        versions={package: importlib.metadata.version(package) for package in packages},
        input_name=input_name,
        token_ids=tokens,
        image_features=model.get_image_features(tensorflow.constant(inputs)).numpy(),
        text_features=model.get_text_features(tensorflow.constant(tokens, dtype=tensorflow.int32)).numpy(),
        logit_scale=state["logit_scale"],
    )


def main():
    """Writes both folders."""
    write_fixture("tf-h5", "quick_gelu", end=2)
    write_fixture("tf-h5-gelu", "gelu", end=VOCABULARY - 1, weights_file="../tf-h5/tf_model.h5")


if __name__ == "__main__":
    main()

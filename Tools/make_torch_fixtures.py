"""Writes Tests/Fixtures/torch: one tiny CLIP in every form that PyTorch, open_clip and Hugging Face give it.

Usage: python Tools/make_torch_fixtures.py   (packages: Tools/requirements-fixtures.txt, and safetensors)

Towers 16 wide with one head; the numbers are representable in f16, so all files but the bf16 one hold the same.
expected.json is open_clip's answer with QuickGELU.
"""

import json
import pathlib
import shutil

import open_clip
import torch
from safetensors.torch import save_file
from torch import nn

import fixture_expectations
import fixture_vocabulary
import open_clip_reference
from fixture_weights import Architecture, random_state

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Fixtures"
FOLDER = FIXTURES / "torch"
VOCABULARY = len(fixture_vocabulary.vocabulary())
SIZES = Architecture(16, 8, 16, 1, 16, 1, 8, VOCABULARY)
CONFIGURATION = {
    "embed_dim": 8,
    "vision_cfg": {"image_size": 16, "layers": 1, "width": 16, "patch_size": 8, "head_width": 16},
    "text_cfg": {"context_length": 77, "vocab_size": VOCABULARY, "width": 16, "heads": 1, "layers": 1},
    "quick_gelu": True,
}


class QuickGELU(nn.Module):
    """Named as OpenAI's; its name is what a reader of the archive goes by."""

    def forward(self, x: torch.Tensor):
        """x sigmoid(1.702 x)"""
        return x * torch.sigmoid(1.702 * x)


class Part(nn.Module):
    """A module that only holds parameters and other modules."""

    def forward(self, x: torch.Tensor):
        """Does nothing."""
        return x


def nested(state):
    """Modules whose nested attributes give the names of `state`."""
    root = Part()
    for name, value in state.items():
        *path, last = name.split(".")
        part = root
        for step in path:
            if not hasattr(part, step):
                part.add_module(step, Part())
            part = getattr(part, step)
        part.register_buffer(last, value) if not value.is_floating_point() else part.register_parameter(
            last, nn.Parameter(value, requires_grad=False)
        )
    root.visual.transformer.resblocks.add_module("gelu", QuickGELU())
    return root


def as_published(state):
    """Matrices in f16, the rest in f32, and three whole numbers, as in OpenAI's archives."""
    narrow = ("proj", "in_proj_weight", "in_proj_bias", "conv1.weight", "c_fc.weight", "c_fc.bias", "c_proj.weight",
              "c_proj.bias", "out_proj.weight", "out_proj.bias", "text_projection")
    mixed = {name: value.half() if name.endswith(narrow) else value for name, value in state.items()}
    scalars = {"input_resolution": 16, "context_length": 77, "vocab_size": VOCABULARY}
    return mixed | {name: torch.tensor(value) for name, value in scalars.items()}


def hugging_face(state):
    """The same numbers under transformers' names; q, k and v are views of one storage."""
    renamed = {}
    pieces = [
        (".attn.out_proj", ".self_attn.out_proj"), (".ln_1", ".layer_norm1"), (".ln_2", ".layer_norm2"),
        (".mlp.c_fc", ".mlp.fc1"), (".mlp.c_proj", ".mlp.fc2"), ("transformer.resblocks", "encoder.layers"),
        ("visual.ln_pre", "visual.pre_layrnorm"), ("visual.ln_post", "visual.post_layernorm"),
        ("visual.class_embedding", "visual.embeddings.class_embedding"),
        ("visual.conv1", "visual.embeddings.patch_embedding"), ("ln_final", "final_layer_norm"),
        ("token_embedding", "embeddings.token_embedding"),
        ("positional_embedding", "embeddings.position_embedding.weight"),
    ]
    for name, value in state.items():
        if name == "logit_scale":
            renamed[name] = value
        elif name in ("visual.proj", "text_projection"):
            target = "visual_projection" if name == "visual.proj" else name
            renamed[f"{target}.weight"] = value.T
        else:
            target = name
            for old, new in pieces:
                target = target.replace(old, new)
            isImage = target.startswith("visual.")
            target = f"vision_model.{target[7:]}" if isImage else f"text_model.{target}"
            if ".attn.in_proj_" in target:
                for letter, part in zip("qkv", value.chunk(3)):
                    renamed[target.replace(".attn.in_proj_", f".self_attn.{letter}_proj.")] = part
            else:
                renamed[target] = value
    return renamed


def write_hugging_face(state):
    """A folder in two shards with an index, and the same tensors as pytorch_model.bin beside a second config.json."""
    transformer = {"hidden_size": 16, "intermediate_size": 64, "num_attention_heads": 1, "num_hidden_layers": 1}
    config = {
        "architectures": ["CLIPModel"], "model_type": "clip", "projection_dim": 8,
        "text_config": transformer | {"vocab_size": VOCABULARY, "hidden_act": "quick_gelu"},
        "vision_config": transformer | {"image_size": 16, "patch_size": 8, "hidden_act": "quick_gelu"},
    }
    tensors = hugging_face(state)
    names = sorted(tensors)
    shards = {"model-00001-of-00002.safetensors": names[::2], "model-00002-of-00002.safetensors": names[1::2]}
    for folder in ("hugging-face-sharded", "hugging-face-bin"):
        (FOLDER / folder).mkdir()
        (FOLDER / folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    sharded = FOLDER / "hugging-face-sharded"
    for shard, members in shards.items():
        save_file({name: tensors[name].contiguous() for name in members}, sharded / shard)
    index = {"metadata": {}, "weight_map": {name: shard for shard, members in shards.items() for name in members}}
    (sharded / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")
    position_ids = {"text_model.embeddings.position_ids": torch.arange(77)[None]}
    torch.save(tensors | position_ids, FOLDER / "hugging-face-bin" / "pytorch_model.bin")


def main():
    """Writes all files."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    state = {name: torch.as_tensor(value) for name, value in random_state(SIZES, 7).items()}
    half = {name: value.half() for name, value in state.items()}
    torch.save(half, FOLDER / "state-dict.pt")
    torch.save(half, FOLDER / "state-dict-legacy.pt", _use_new_zipfile_serialization=False)
    torch.jit.script(nested(as_published(state))).save(str(FOLDER / "torchscript.pt"))

    weights = [nn.Parameter(state["ln_final.weight"].clone())]
    optimiser = torch.optim.SGD(weights, lr=0.002, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, 50)
    checkpoint = {
        "epoch": 3, "name": "tiny", "state_dict": {f"module.{name}": value for name, value in half.items()},
        "optimizer": optimiser.state_dict(), "scheduler": {"successor": scheduler},
    }
    torch.save(checkpoint, FOLDER / "training.pt")

    for folder, element, prefix in (("open-clip", torch.float16, ""), ("open-clip-custom-text", torch.bfloat16, "text.")):
        (FOLDER / folder).mkdir()
        configuration = CONFIGURATION | ({"custom_text": True} if prefix else {})
        document = {"model_cfg": configuration, "preprocess_cfg": {"mean": [0.5, 0.5, 0.5], "std": [0.25, 0.5, 0.5]}}
        (FOLDER / folder / "open_clip_config.json").write_text(json.dumps(document, indent=2) + "\n")
        tensors = {
            name if name == "logit_scale" or name.startswith("visual.") else prefix + name: value.to(element)
            for name, value in state.items()
        }
        save_file(tensors, FOLDER / folder / "open_clip_model.safetensors")
    write_hugging_face(half)

    model = open_clip.model.CLIP(**CONFIGURATION).float().eval()
    model.load_state_dict(state)
    tokens = open_clip_reference.fixture_tokenizer()(fixture_expectations.TEXTS)
    input_name, inputs = fixture_expectations.write_image_inputs(FIXTURES, 3, 16, 16)
    fixture_expectations.write_expected(
        FOLDER / "expected.json",
        computed_by="open_clip CLIP, QuickGELU, f32 on CPU",
        versions=open_clip_reference.versions("open_clip_torch", "torch", "safetensors", "numpy"),
        input_name=input_name,
        token_ids=tokens,
        image_features=open_clip_reference.image_features(model, inputs),
        text_features=open_clip_reference.text_features(model, tokens),
        logit_scale=state["logit_scale"],
    )


if __name__ == "__main__":
    main()

"""Text features, loss and the context's gradient by PyTorch, for every text tower of the fixtures.

    python Tools/make_prompt_fixture.py      # writes Tests/Fixtures/prompts/gradients.json

Six arrangements for each tower: a shared context and one for each class, with the class name at the end, in the middle
and in front. Prompts are padded to all positions and share nothing, as in the reference; numbers are f64. Towers come
from Tests/Fixtures and from ../shared/fixtures, in OpenAI's names as `promptlens convert` writes them: build it first.
Context, images and labels follow from the formulas below, which the tests repeat. Needs what
Tools/requirements-fixtures.txt pins.
"""

import importlib.metadata
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy
import torch
import torch.nn.functional as F

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXECUTABLE = ROOT / ".build" / "release" / "promptlens"
TOWERS = [
    (False, "openai-h5-vit"), (False, "openai-h5-rn"), (False, "tf-h5-gelu"), (False, "keras-hub"),
    (False, "torch/state-dict.pt"), (True, "hf/vit-s-transformers5-fp16"), (True, "hf-tf-h5/vit-m"),
    (True, "keras-hub/vit-deep-preset-float16"), (True, "openai-jit/rn-s.state_dict.mixed.pt"),
]
NAMES, FULL_STOP, CONTEXT_LENGTH = [[300, 12], [300, 401, 77]], 5, 3
IMAGES, LABELS = 3, [0, 0, 0, 1, 1, 1]


def numbers(shape, factor, offset, modulus, scale):
    """The same numbers wherever they are computed: all of them are exact in f32."""
    places = torch.arange(int(numpy.prod(shape)), dtype=torch.int64)
    return ((places * factor + offset) % modulus - modulus // 2).double().div(scale).reshape(shape)


class TextTower:
    def __init__(self, path):
        with h5py.File(path) as file:
            self.tensors = {
                name: torch.as_tensor(numpy.asarray(dataset[()], dtype=numpy.float64)) for name, dataset in file.items()
                if isinstance(dataset, h5py.Dataset) and not name.startswith("visual.")}
            settings = {name: file.attrs[name] for name in file.attrs}
        text = {name[5:]: settings[name] for name in settings if name.startswith("text_")}
        self.width, self.layers, self.heads = int(text["width"]), int(text["layers"]), int(text["heads"])
        self.epsilon, self.final_epsilon = float(text["norm_epsilon"]), float(text["final_norm_epsilon"])
        activation = text["activation"]
        activation = activation.decode() if isinstance(activation, bytes) else str(activation)
        self.activation = {"quick_gelu": lambda x: x * torch.sigmoid(1.702 * x), "gelu": F.gelu}[activation]

    def norm(self, x, name, epsilon):
        return F.layer_norm(x, (self.width,), self.tensors[name + ".weight"], self.tensors[name + ".bias"], epsilon)

    def linear(self, x, name):
        return F.linear(x, self.tensors[name + "weight"], self.tensors[name + "bias"])

    def encode(self, rows, ends):
        """Features of prompts whose embeddings are `rows` [n, positions, width] and that end at `ends`."""
        x = rows + self.tensors["positional_embedding"]
        count, positions, _ = x.shape
        for layer in range(self.layers):
            name = f"transformer.resblocks.{layer}."
            projected = self.linear(self.norm(x, name + "ln_1", self.epsilon), name + "attn.in_proj_")
            q, k, v = (
                part.reshape(count, positions, self.heads, -1).transpose(1, 2) for part in projected.chunk(3, dim=-1))
            mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(x.shape)
            x = x + self.linear(mixed, name + "attn.out_proj.")
            hidden = self.activation(self.linear(self.norm(x, name + "ln_2", self.epsilon), name + "mlp.c_fc."))
            x = x + self.linear(hidden, name + "mlp.c_proj.")
        states = self.norm(x[torch.arange(count), torch.tensor(ends)], "ln_final", self.final_epsilon)
        return states @ self.tensors["text_projection"]

    def prompts(self, context, position, specific):
        table = self.tensors["token_embedding.weight"]
        positions, rows, ends = len(self.tensors["positional_embedding"]), [], []
        for index, name in enumerate(NAMES):
            own = context[index] if specific else context
            word, half = table[name], len(own) // 2
            inside = {
                "end": [own, word], "middle": [own[:half], word, own[half:]], "front": [word, own],
            }[position]
            row = torch.cat([table[[len(table) - 2]], *inside, table[[FULL_STOP]], table[[len(table) - 1]]])
            ends.append(len(row) - 1)
            rows.append(F.pad(row, (0, 0, 0, positions - len(row))))
        return torch.stack(rows), ends

    def arrangement(self, position, specific):
        shape = (len(NAMES), CONTEXT_LENGTH, self.width) if specific else (CONTEXT_LENGTH, self.width)
        context = numbers(shape, 37, 11, 101, 512).requires_grad_(True)
        images = F.normalize(numbers((IMAGES, self.tensors["text_projection"].shape[1]), 53, 7, 97, 64), dim=-1)
        text = F.normalize(self.encode(*self.prompts(context, position, specific)), dim=-1)
        # Each image with each label: no gradient vanishes, however sure the model is.
        logits = self.tensors["logit_scale"].exp() * images.repeat(len(NAMES), 1) @ text.T
        loss = F.cross_entropy(logits, torch.tensor(LABELS))
        loss.backward()
        return {
            "class_position": position, "class_specific": specific, "text_features": listed(text, 8),
            "loss": float(f"{loss.item():.9g}"), "gradient": listed(context.grad, 6),
        }


def listed(tensor, digits):
    return [float(f"{value:.{digits}g}") for value in tensor.detach().flatten().tolist()]


def main():
    if not EXECUTABLE.exists():
        sys.exit(f"{EXECUTABLE}: not there; build it with make build")
    torch.set_num_threads(1)
    towers = []
    for is_shared, path in TOWERS:
        source = ROOT.parent / "shared" / "fixtures" / path if is_shared else ROOT / "Tests" / "Fixtures" / path
        if not source.exists():
            sys.exit(f"{source}: not there; the fixture would lose this tower")
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run(
                [EXECUTABLE, "convert", source, "--output", f"{folder}/model", "--no-verify"], check=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            tower = TextTower(f"{folder}/model/model.h5")
        towers.append({
            "path": path, "shared": is_shared,
            "arrangements": [
                tower.arrangement(position, specific) for position in ("end", "middle", "front")
                for specific in (False, True)],
        })
    document = {
        "computed_by": "PyTorch, f64", "versions": {"torch": importlib.metadata.version("torch")}, "towers": towers,
    }
    target = ROOT / "Tests" / "Fixtures" / "prompts" / "gradients.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(document, separators=(",", ":")) + "\n")


main()

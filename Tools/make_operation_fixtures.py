"""Writes Tests/Fixtures/operations: inputs, outputs and input gradients of single operations, by PyTorch.

Usage: python Tools/make_operation_fixtures.py   (packages: Tools/requirements-fixtures.txt; after
make_openai_h5_fixtures.py, whose file one case uses)

One file for each operation, each with a list of cases: `parameters` (numbers and names), `inputs` (every array the
operation reads, weights too), `output`, `output_gradient` (what the backward pass is given) and `input_gradients`
(what it must return for the named inputs). An array is {"shape": [...], "values": [...]}, row by row. Inputs are
multiples of 1/64, so their decimal form is exact; outputs are computed in f64 and rounded once to f32.
"""

import json
import pathlib

import h5py
import torch
import torch.nn.functional as functional
from open_clip.modified_resnet import AttentionPool2d
from open_clip.transformer import QuickGELU, ResidualAttentionBlock

from fixture_expectations import digits
from open_clip_reference import versions

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Fixtures" / "operations"


class Draw:
    """Draws f64 tensors of multiples of 1/64 from one seeded generator."""

    def __init__(self, seed):
        """Starts the generator."""
        self.generator = torch.Generator().manual_seed(seed)

    def __call__(self, *shape, scale=1.0, centre=0.0):
        """Normal numbers around `centre`, rounded."""
        values = torch.randn(*shape, generator=self.generator, dtype=torch.float64) * scale + centre
        return torch.round(values * 64) / 64


def array(tensor):
    """The stored form of a tensor."""
    values = tensor.detach().reshape(-1).to(torch.float32).numpy()
    return {"shape": list(tensor.shape), "values": digits(values)}


def case(name, function, inputs, draw, gradients, parameters=None):
    """Runs `function(**inputs)` forward and backward, and returns the stored form of the case."""
    leaves = {key: value.clone().requires_grad_(key in gradients) for key, value in inputs.items()}
    output = function(**leaves)
    output_gradient = draw(*output.shape)
    output.backward(output_gradient)
    return {
        "name": name,
        "parameters": parameters or {},
        "inputs": {key: array(value) for key, value in inputs.items()},
        "output": array(output),
        "output_gradient": array(output_gradient),
        "input_gradients": {key: array(leaves[key].grad) for key in gradients},
    }


def layer_norm():
    """Layer norm over the last axis, eps 1e-5; 130 is a width that no vector register divides."""
    draw = Draw(1)
    for width in [8, 64, 130]:
        inputs = {"x": draw(3, width), "weight": draw(width, scale=0.5, centre=1), "bias": draw(width, scale=0.5)}
        inputs["x"][1] += 8  # a row far from zero: mean and variance must not be taken from sums of squares in f32
        yield case(
            f"width {width}",
            lambda x, weight, bias: functional.layer_norm(x, x.shape[-1:], weight, bias, 1e-5),
            inputs,
            draw,
            ["x"],
            {"epsilon": 1e-5},
        )


def quick_gelu():
    """x * sigmoid(1.702 x), far into both tails."""
    yield activation(2, QuickGELU())


def gelu():
    """x * Phi(x) with the error function, far into both tails."""
    yield activation(3, functional.gelu)


def activation(seed, function):
    """One activation on random numbers and on the edges."""
    draw = Draw(seed)
    edges = torch.tensor([0, -0.015625, 0.015625, 5, -5, 10, -10, 30, -30, 80, -80], dtype=torch.float64)
    return case("random and edges", lambda x: function(x), {"x": torch.cat([draw(50, scale=2), edges])}, draw, ["x"])


def softmax():
    """Softmax of each row; one row lies around 100, where exp alone would overflow."""
    draw = Draw(4)
    for width in [1, 7, 77]:
        x = draw(3, width, scale=3)
        x[1] += 100
        yield case(f"width {width}", lambda x: torch.softmax(x, dim=-1), {"x": x}, draw, ["x"])


def causal_attention():
    """softmax(q k' / sqrt(head width)) v for each head, where a position sees itself and what is before it.

    Rows are positions; a row of q, k and v [positions, heads * head width] holds the heads one after the other.
    """
    draw = Draw(5)
    for head_width in [4, 64]:
        inputs = {name: draw(7, 2 * head_width) for name in ["q", "k", "v"]}
        parameters = {"heads": 2, "head_width": head_width, "causal": True}
        yield case(
            f"2 heads of {head_width}",
            lambda q, k, v: attention(q, k, v, heads=2, causal=True),
            inputs,
            draw,
            ["q", "k", "v"],
            parameters,
        )
    inputs = {name: draw(5, 8) for name in ["q", "k", "v"]}
    parameters = {"heads": 2, "head_width": 4, "causal": False}
    yield case(
        "2 heads of 4, every position sees every other",
        lambda q, k, v: attention(q, k, v, heads=2, causal=False),
        inputs,
        draw,
        ["q", "k", "v"],
        parameters,
    )


def attention(q, k, v, heads, causal):
    """PyTorch's scaled dot-product attention between rows that hold their heads side by side."""
    split = [part.reshape(part.shape[0], heads, -1).transpose(0, 1) for part in (q, k, v)]
    mixed = functional.scaled_dot_product_attention(*split, is_causal=causal)
    return mixed.transpose(0, 1).reshape(q.shape)


def linear():
    """x W' + b."""
    draw = Draw(6)
    for rows, columns, outputs in [(1, 1, 1), (5, 7, 3), (4, 16, 24)]:
        inputs = {"x": draw(rows, columns), "weight": draw(outputs, columns), "bias": draw(outputs)}
        yield case(
            f"[{rows}, {columns}] to {outputs}",
            lambda x, weight, bias: functional.linear(x, weight, bias),
            inputs,
            draw,
            ["x"],
        )


def convolution():
    """Convolutions without bias, x [n, channels, height, width], weight [outputs, channels, height, width]."""
    draw = Draw(7)
    for name, shape, weight, stride, padding in [
        ("1x1", (2, 3, 5, 4), (4, 3, 1, 1), 1, 0),
        ("3x3, padding 1", (1, 3, 6, 5), (4, 3, 3, 3), 1, 1),
        ("3x3, padding 1, stride 2", (2, 3, 8, 8), (4, 3, 3, 3), 2, 1),
        ("3x3, padding 1, stride 2, odd size", (1, 2, 7, 7), (3, 2, 3, 3), 2, 1),
        ("patches of 4", (2, 3, 8, 8), (5, 3, 4, 4), 4, 0),
    ]:
        yield case(
            name,
            lambda x, weight, stride=stride, padding=padding: functional.conv2d(
                x, weight, stride=stride, padding=padding
            ),
            {"x": draw(*shape), "weight": draw(*weight, scale=0.5)},
            draw,
            ["x"],
            {"stride": stride, "padding": padding},
        )


def batch_norm():
    """Batch norm with its running statistics, eps 1e-5."""
    draw = Draw(8)
    inputs = {
        "x": draw(2, 3, 4, 5),
        "running_mean": draw(3),
        "running_var": torch.tensor([0.25, 1.5, 3.0], dtype=torch.float64),
        "weight": draw(3, scale=0.5, centre=1),
        "bias": draw(3),
    }
    yield case(
        "3 channels",
        lambda x, running_mean, running_var, weight, bias: functional.batch_norm(
            x, running_mean, running_var, weight, bias, eps=1e-5
        ),
        inputs,
        draw,
        ["x"],
        {"epsilon": 1e-5},
    )


def average_pool():
    """The mean of each 2x2 square; an odd row or column is dropped."""
    draw = Draw(9)
    for height, width in [(4, 6), (5, 7)]:
        inputs = {"x": draw(2, 3, height, width)}
        yield case(f"{height}x{width}", lambda x: functional.avg_pool2d(x, 2), inputs, draw, ["x"], {"size": 2})


def attention_pool():
    """CLIP's AttentionPool2d on x [n, channels, height, width]: the mean queries, every position answers."""
    draw = Draw(10)
    module = AttentionPool2d(spacial_dim=2, embed_dim=16, num_heads=2, output_dim=6).double()
    yield module_case("16 channels, 2x2, 2 heads", module, draw, draw(2, 16, 2, 2), {"heads": 2})


def residual_block():
    """CLIP's residual attention block on x [n, positions, width]: weights are inputs or another fixture's."""
    for seed, name, width, activation_layer, causal in [
        (11, "quick_gelu", 8, QuickGELU, True),
        (12, "gelu", 8, torch.nn.GELU, True),
        (13, "quick_gelu", 8, QuickGELU, False),
    ]:
        draw = Draw(seed)
        module = ResidualAttentionBlock(width, 2, act_layer=activation_layer).double()
        mask = torch.full((7, 7), float("-inf"), dtype=torch.float64).triu(1) if causal else None
        parameters = {"heads": 2, "epsilon": 1e-5, "activation": name, "causal": causal}
        label = f"width {width}, 2 heads, {name}{', causal' if causal else ''}"
        yield module_case(label, module, draw, draw(2, 7, width), parameters, attn_mask=mask)
    yield block_of_checkpoint()


def block_of_checkpoint():
    """A block as wide as CLIP's heads, whose weights are those of the fixture openai-h5-vit."""
    path, prefix = "openai-h5-vit/model.h5", "transformer.resblocks.0."
    with h5py.File(FOLDER.parent / path) as file:
        names = [name for name in file if name.startswith(prefix)]
        weights = {name.removeprefix(prefix): torch.from_numpy(file[name][()]).double() for name in names}
    module = ResidualAttentionBlock(64, 1, act_layer=QuickGELU).double()
    module.load_state_dict(weights)
    mask = torch.full((7, 7), float("-inf"), dtype=torch.float64).triu(1)
    draw = Draw(14)
    parameters = {"heads": 1, "epsilon": 1e-5, "activation": "quick_gelu", "causal": True}
    parameters.update({"weights": path, "prefix": prefix})
    return case(
        "width 64, 1 head, quick_gelu, causal, weights of openai-h5-vit",
        lambda x: module(x, attn_mask=mask),
        {"x": draw(1, 7, 64)},
        draw,
        ["x"],
        parameters,
    )


def module_case(name, module, draw, x, parameters, **arguments):
    """A case whose function is a module; its parameters are drawn anew and are inputs of the case."""
    inputs = {"x": x}
    for key, value in module.named_parameters():
        centre = 1.0 if key in ("ln_1.weight", "ln_2.weight") else 0.0
        inputs[key] = draw(*value.shape, scale=0.35, centre=centre)

    def run(x, **weights):
        return torch.func.functional_call(module, weights, (x,), arguments)

    return case(name, run, inputs, draw, ["x"], parameters)


OPERATIONS = [
    layer_norm,
    quick_gelu,
    gelu,
    softmax,
    causal_attention,
    linear,
    convolution,
    batch_norm,
    average_pool,
    attention_pool,
    residual_block,
]


def main():
    """Writes one file for each operation."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for operation in OPERATIONS:
        head = {
            "operation": operation.__name__,
            "meaning": operation.__doc__.split("\n\n")[0],
            "computed_by": "PyTorch in f64 on CPU, rounded to f32",
            "versions": versions("torch", "open_clip_torch"),
        }
        text = "".join(f" {json.dumps(key)}: {json.dumps(value)},\n" for key, value in head.items())
        cases = ",\n".join(f"  {json.dumps(case, separators=(',', ':'))}" for case in operation())
        path = FOLDER / f"{operation.__name__.replace('_', '-')}.json"
        path.write_text(f'{{\n{text} "cases": [\n{cases}\n ]\n}}\n')


if __name__ == "__main__":
    main()

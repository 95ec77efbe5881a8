"""Times a step of prompt learning side by side: the reference's way in PyTorch against promptlens's prefix tree.

Usage: python Tools/benchmarks/prompts.py [--classes 100|1000] [--context 16] [--arrangement uc-end|uc-middle|csc-end]
       [--precision f32|bf16] [--rounds 3] [--steps 3] [--tape-limit BYTES] [--reference-classes N]
       (packages: Tools/fixtures/requirements-fixtures.txt)

A full-size text tower of ViT-B/16 with random weights, ImageNet's class names, image features given. PyTorch takes every
prompt through all 77 positions, as the reference does, and its gradient to the context; bf16 is its autocast. Both
sides use all processors and run in turn; medians are compared. `of the ceiling` is the share of plain oneDNN products'
rate, measured in the same run, that the operations done reach; the rest is counted as time outside matrix products.

PyTorch keeps about 30 MB for the backward pass of each class (17 MB in bf16), so 1,000 want 30 GB. Where that is more than
70 % of the memory that is available, the classes go through PyTorch in parts, each forward and backward, and the parts' times are
added: the arithmetic of a whole step, without its swapping. The output says so.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

import open_clip
import torch
from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

from towers import MODELS, write_source

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
START, STOP, END = 49406, 269, 49407
# Measured: what a forward pass leaves for the backward pass.
BYTES_PER_CLASS = {"f32": 30e6, "bf16": 17e6}


def arranged(names, length, arrangement):
    """For each class its elements: token ids, and -1-row for rows of the context matrix."""
    tokenizer = open_clip.tokenizer.SimpleTokenizer()
    prompts = []
    for index, name in enumerate(names):
        words = tokenizer.encode(name)
        first = index * length if arrangement.startswith("csc") else 0
        context = [-1 - row for row in range(first, first + length)]
        half = length // 2 if arrangement.endswith("middle") else length
        prompts.append([START, *context[:half], *words, *context[half:], STOP, END])
    return prompts


class Reference(torch.nn.Module):
    """CoOp's text side: all prompts at 77 positions through open_clip's text tower."""

    def __init__(self, model, prompts, rows):
        """Keep the frozen embeddings and make the context a parameter."""
        super().__init__()
        self.model = model
        width = model.token_embedding.weight.shape[1]
        self.context = torch.nn.Parameter(torch.randn(rows, width) * 0.02)
        tokens = torch.zeros(len(prompts), 77, dtype=torch.long)
        self.slots = torch.full((len(prompts), 77), -1)
        for row, prompt in enumerate(prompts):
            for position, element in enumerate(prompt):
                tokens[row, position] = max(element, 0)
                self.slots[row, position] = -1 - element if element < 0 else -1
        self.ends = torch.tensor([len(prompt) - 1 for prompt in prompts])
        self.frozen = model.token_embedding(tokens).detach()
        self.is_context = (self.slots >= 0).unsqueeze(-1)

    def forward(self):
        """Text features, unnormalized."""
        x = torch.where(self.is_context, self.context[self.slots.clamp(min=0)], self.frozen)
        x = x + self.model.positional_embedding
        x = self.model.transformer(x, attn_mask=self.model.attn_mask)
        x = self.model.ln_final(x)
        return x[torch.arange(len(x)), self.ends] @ self.model.text_projection


def reference_step(parts, images, precision):
    """Seconds of a forward and backward pass through each part."""
    seconds = 0.0
    for part in parts:
        labels = torch.arange(len(images)) % len(part.ends)
        start = time.perf_counter()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16"):
            text = torch.nn.functional.normalize(part(), dim=-1)
            loss = torch.nn.functional.cross_entropy(100 * images @ text.T, labels)
        loss.backward()
        seconds += time.perf_counter() - start
        part.context.grad = None
    return seconds


def classes_that_fit(classes, precision):
    """How many classes PyTorch can take through the tower at a time, in parts of equal size."""
    lines = pathlib.Path("/proc/meminfo").read_text().splitlines()
    available = next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    parts = -(-classes // max(int(0.7 * available / BYTES_PER_CLASS[precision]), 1))
    return -(-classes // parts)


def measure(*arguments):
    """Returns the output of a subcommand of promptlens-benchmark."""
    return json.loads(subprocess.run([str(part) for part in arguments], check=True, capture_output=True).stdout)


def main():
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--classes", type=int, default=100)
    parser.add_argument("--context", type=int, default=16)
    parser.add_argument("--arrangement", default="uc-end", choices=["uc-end", "uc-middle", "csc-end"])
    parser.add_argument("--precision", default="f32", choices=["f32", "bf16"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--tape-limit", type=int)
    parser.add_argument("--reference-classes", type=int, help="classes that PyTorch takes at a time")
    parser.add_argument("--executables", default=str(ROOT / ".build/release"))
    options = parser.parse_args()

    prompts = arranged(IMAGENET_CLASSNAMES[: options.classes], options.context, options.arrangement)
    rows = options.context * (options.classes if options.arrangement.startswith("csc") else 1)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        write_source(folder / "source", MODELS["ViT-B/16"], 7)
        subprocess.run(
            [f"{options.executables}/promptlens", "convert", folder / "source", "--output", folder / "model"],
            check=True, stdout=subprocess.DEVNULL,
        )
        (folder / "prompts.json").write_text(json.dumps({"prompts": prompts}))
        benchmark = f"{options.executables}/promptlens-benchmark"
        command = [benchmark, "prompts", folder / "model", folder / "prompts.json"]
        command += ["--steps", options.steps, "--precision", options.precision]
        if options.tape_limit is not None:
            command += ["--tape-limit", options.tape_limit]

        model = open_clip.create_model("ViT-B-16-quickgelu", pretrained=None).eval().requires_grad_(False)
        size = options.reference_classes or classes_that_fit(options.classes, options.precision)
        parts = [Reference(model, prompts[first : first + size], rows) for first in range(0, len(prompts), size)]
        images = torch.nn.functional.normalize(torch.randn(32, 512), dim=-1)
        theirs, ours, rates = [], [], []
        for _ in range(options.rounds):
            theirs.append(reference_step(parts, images, options.precision))
            ours.append(measure(*command))
            rates.append(measure(benchmark, "ceiling", options.precision)["operations_per_second"])

    step = statistics.median(run["step_seconds"] for run in ours)
    torch_step = statistics.median(theirs)
    rate = statistics.median(run["operations_per_second"] for run in ours)
    how = "" if len(parts) == 1 else f" ({len(parts)} parts of {size} classes, added)"
    share = 100 * rate / statistics.median(rates)
    print(
        f"{options.arrangement} M={options.context} {options.classes} classes {options.precision}: "
        f"PyTorch {torch_step:.3f} s{how}, promptlens {step:.4f} s, ratio {torch_step / step:.1f}; "
        f"{ours[0]['rows']} rows in {ours[0]['chunks']} chunks, {ours[0]['operations'] / 1e9:.1f} GFLOP, "
        f"{rate / 1e9:.0f} GFLOP/s, {share:.0f} % of the ceiling, {100 - share:.0f} % of the time outside matrix products; "
        f"medians of {options.rounds}"
    )


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Opens what `promptlens export CONTEXT --as coop|safetensors|npy|json` writes with the software that it is for.

CoOp's checkpoint is opened by torch.load(weights_only=True), and loaded as CoOp's own load_model does: its token_prefix and
token_suffix are dropped, the rest goes into a module with load_state_dict(strict=False).

    python Tools/checks/check_context_export.py --promptlens .build/release/promptlens CHECKPOINT … [--model DIR --classes FILE]

Each CHECKPOINT is one that CoOp wrote, whose numbers all forms must hold again.

Needs torch, safetensors and numpy.
"""

import argparse
import json
import subprocess
import tempfile
from pathlib import Path

import numpy
import torch
from safetensors.torch import load_file


def original(path):
    """The tensors of a CoOp checkpoint. Genuine ones hold optimizers as objects, so this executes their pickle."""
    return torch.load(path, map_location="cpu", weights_only=False)


def load_model(path, context):
    """Loads a checkpoint as CoOp's trainer does; returns the context of a fresh prompt learner."""
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    state, epoch = checkpoint["state_dict"], checkpoint["epoch"]
    learner = torch.nn.Module()
    learner.ctx = torch.nn.Parameter(torch.zeros_like(context))
    for name in ("token_prefix", "token_suffix"):
        learner.register_buffer(name, torch.empty(1))
        if name in state:
            del state[name]
    learner.load_state_dict(state, strict=False)
    return learner.ctx.detach(), epoch


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("contexts", nargs="+", type=Path)
    parser.add_argument("--promptlens", default=".build/release/promptlens")
    parser.add_argument("--model", help="looks class names up anew")
    parser.add_argument("--classes")
    options = parser.parse_args()
    for path in options.contexts:
        source = original(path)
        state = source["state_dict"]
        context = state["ctx"]
        with tempfile.TemporaryDirectory() as temporary:
            out = Path(temporary)

            def export(form, name, *arguments):
                command = [options.promptlens, "export", path, "--as", form, "--output", out / name, *arguments]
                subprocess.run(command, check=True, capture_output=True)
                return out / name

            looked_up = ["--model", options.model, "--classes", options.classes] if options.model else []
            written = export("coop", "model.pth.tar-7", *looked_up, *([] if looked_up else ["--epoch", "7"]))
            again = torch.load(written, weights_only=True)
            assert set(again) == {"state_dict", "epoch", "optimizer", "scheduler", "val_result"}
            for name, tensor in again["state_dict"].items():
                assert tensor.dtype == state[name].dtype and torch.equal(tensor, state[name]), name
            assert set(again["state_dict"]) == set(state)
            loaded, epoch = load_model(written, context)
            assert torch.equal(loaded, context) and epoch == (source["epoch"] if looked_up else 7)
            assert torch.equal(load_file(export("safetensors", "c.safetensors"))["ctx"], context)
            assert numpy.array_equal(numpy.load(export("npy", "c.npy")), context.float().numpy())
            values = json.loads(export("json", "c.json").read_text())["context"]
            assert torch.equal(torch.tensor(values, dtype=context.dtype), context)
            print(f"{path}: {tuple(context.shape)} {context.dtype}, all forms hold the same numbers")


if __name__ == "__main__":
    main()

"""Make Tests/Fixtures/coop: checkpoints as CoOp and CoCoOp save them, over the openai-h5-vit fixture's token embedding.

PyTorch writes them, with Dassl's keys and with optimiser and scheduler objects inside, as in the genuine ones. token_prefix and
token_suffix are views of one storage.

Usage: python Tools/make_coop_fixtures.py
"""

import json

import torch
from openai_h5 import read_model
from open_clip_reference import fixture_tokenizer

from make_context_fixture import FIXTURES

CLASSES = ["cat", "drawing_of_2 dogs"]
SEED = 11


def surroundings(table, vectors):
    """token_prefix and token_suffix of the classes, as CoOp's PromptLearner makes them."""
    names = [name.replace("_", " ") for name in CLASSES]
    tokens = fixture_tokenizer()([" ".join(["x"] * vectors) + " " + name + "." for name in names])
    single = fixture_tokenizer()(["x"])[0]
    assert int(single[2]) == table.shape[0] - 1, "the placeholder must be one token"
    embedded = table[tokens]
    return embedded[:, :1], embedded[:, 1 + vectors:]


def checkpoint(table, shape, epoch, extra=None):
    """The dictionary that Dassl's save_checkpoint saves."""
    prefix, suffix = surroundings(table, shape[-2])
    context = torch.nn.Parameter(torch.randn(shape, generator=torch.manual_seed(SEED)).mul(0.02).to(table.dtype))
    optimiser = torch.optim.SGD([context], lr=0.002, momentum=0.9, weight_decay=5e-4)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, float(epoch))
    state = torch.nn.Module()
    state.ctx = context
    state.register_buffer("token_prefix", prefix)
    state.register_buffer("token_suffix", suffix)
    return {
        "state_dict": {**state.state_dict(), **(extra or {})},
        "epoch": epoch,
        "optimizer": optimiser.state_dict(),
        # Dassl's warm-up scheduler saves the one that follows it, and so its optimiser, as objects.
        "scheduler": {"successor": schedule, "warmup_epoch": 1},
        "val_result": None,
    }


def main():
    """Write the checkpoints."""
    folder = FIXTURES / "coop"
    folder.mkdir(exist_ok=True)
    table = torch.from_numpy(read_model(FIXTURES / "openai-h5-vit" / "model.h5")[0]["token_embedding.weight"]).float()
    width = table.shape[1]
    torch.save(checkpoint(table, (4, width), 50), folder / "uc.pth.tar-50")
    torch.save(checkpoint(table.half(), (2, 3, width), 7), folder / "csc-f16.pth.tar-7")
    generator = torch.manual_seed(SEED)
    network = {
        "meta_net.linear1.weight": torch.randn(2, 16, generator=generator).half(), "meta_net.linear1.bias": torch.zeros(2).half(),
        "meta_net.linear2.weight": torch.randn(width, 2, generator=generator).half(),
        "meta_net.linear2.bias": torch.zeros(width).half(),
    }
    torch.save(checkpoint(table.half(), (4, width), 10, network), folder / "cocoop-f16.pth.tar-10")
    (folder / "classes.json").write_text(json.dumps(CLASSES) + "\n")


if __name__ == "__main__":
    main()

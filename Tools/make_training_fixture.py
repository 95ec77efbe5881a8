"""Trains contexts with PyTorch's autograd and SGD, for the tests to train the same ones again.

    python Tools/make_training_fixture.py      # writes Tests/Fixtures/training/runs.json

The text tower is that of Tests/Fixtures/openai-h5-vit, in f64. The batch is all images, so that their order does not
matter. Each run: the starting context, the loss of every step and the context after the last one. Needs what
Tools/requirements-fixtures.txt pins.
"""

import json
import math
import pathlib

import torch
import torch.nn.functional as F

import open_clip_reference
import openai_h5

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Fixtures"
CLASSES = ["cat", "big_dog", "zebra", "red car", "the house"]
IMAGES, EPOCHS, RATE = 12, 7, 0.02
RUNS = [
    ("coop", "end", False, 4), ("coop", "middle", True, 3), ("coop", "front", False, 2),
    ("kgcoop", "end", False, 4), ("prograd", "end", False, 4), ("promptsrc-text", "end", False, 4),
]
CONDITIONAL = [("cocoop", "end", 4), ("cocoop", "middle", 3)]


def tokens(tokenizer, text):
    return tokenizer.encode(text)


def encode(model, rows, lengths):
    """Features of prompts whose embeddings are `rows` [n, 77, width] and that end at `lengths` - 1."""
    states = rows + model.positional_embedding
    states = model.transformer(states, attn_mask=model.attn_mask)
    states = model.ln_final(states)
    ends = states[torch.arange(len(rows)), torch.tensor(lengths) - 1]
    return ends @ model.text_projection


def prompts(model, tokenizer, context, position, specific):
    """The embeddings of all prompts and their lengths."""
    start, end = tokenizer.sot_token_id, tokenizer.eot_token_id
    rows, lengths = [], []
    for index, name in enumerate(CLASSES):
        name = name.replace("_", " ")
        words = tokens(tokenizer, name + ".")
        count = len(tokens(tokenizer, name))
        own = context[index] if specific else context
        half = len(own) // 2
        word = model.token_embedding(torch.tensor(words))
        pieces = {
            "end": [own, word],
            "middle": [own[:half], word[:count], own[half:], word[count:]],
            "front": [word[:count], own, word[count:]],
        }[position]
        row = torch.cat([model.token_embedding(torch.tensor([start])), *pieces,
                         model.token_embedding(torch.tensor([end]))])
        lengths.append(len(row))
        rows.append(F.pad(row, (0, 0, 0, 77 - len(row))))
    return torch.stack(rows), lengths


def rate(epoch):
    return 1e-5 if epoch == 1 else RATE / 2 * (1 + math.cos(math.pi * (epoch - 2) / EPOCHS))


def train(model, tokenizer, images, labels, anchor, method, position, specific, length):
    width = model.token_embedding.weight.shape[1]
    shape = (len(CLASSES), length, width) if specific else (length, width)
    context = (torch.randn(shape) * 0.02 * 64).round().double() / 64 + torch.randn(shape).double().mul(64).round() / 6400
    context = context.float().double().requires_grad_(True)
    initial = context.detach().clone()
    optimizer = torch.optim.SGD([context], lr=RATE, momentum=0.9, weight_decay=5e-4)
    scale = model.logit_scale.exp()
    average, weights, losses, projections = torch.zeros_like(initial), 0.0, [], 0
    for epoch in range(1, EPOCHS + 1):
        optimizer.param_groups[0]["lr"] = rate(epoch)
        text = F.normalize(encode(model, *prompts(model, tokenizer, context, position, specific)), dim=-1)
        logits = scale * images @ text.T
        zero_shot = scale * images @ anchor.T
        loss = F.cross_entropy(logits, labels)
        if method == "kgcoop":
            loss = loss + 8 * (1 - F.cosine_similarity(text, anchor, dim=1).mean())
        if method == "promptsrc-text":
            loss = loss + 25 * F.l1_loss(text, anchor) + F.kl_div(
                F.log_softmax(logits, 1), F.log_softmax(zero_shot, 1), reduction="sum", log_target=True) / logits.numel()
        optimizer.zero_grad()
        if method == "prograd":
            general = -(F.softmax(zero_shot, 1) * F.log_softmax(logits, 1)).sum(1).mean()
            guide, = torch.autograd.grad(general, context, retain_graph=True)
            loss.backward()
            along = (context.grad * guide).sum()
            projections += int(along < 0)
            if along < 0:
                context.grad -= along / guide.square().sum() * guide
        else:
            loss.backward()
        losses.append(loss.item())
        optimizer.step()
        weight = math.exp(-((epoch - 0.75 * EPOCHS) / max(EPOCHS / 20, 1)) ** 2 / 2)
        average += weight * context.detach()
        weights += weight
    final = average / weights if method == "promptsrc-text" else context.detach()
    return {
        "method": method, "class_position": position, "class_specific": specific, "context_length": length,
        "initial": initial.flatten().tolist(), "losses": losses, "projections": projections,
        "final": [float(f"{value:.9g}") for value in final.flatten().tolist()],
    }


def train_conditional(model, tokenizer, images, labels, method, position, length):
    """CoCoOp: a network of the unit image feature shifts every context vector; each image has prompts of its own."""
    width, inputs = model.token_embedding.weight.shape[1], images.shape[1]
    context = (torch.randn(length, width) * 0.02).float().double().requires_grad_(True)
    first, second = torch.nn.Linear(inputs, inputs // 16).double(), torch.nn.Linear(inputs // 16, width).double()
    parameters = [context, first.weight, first.bias, second.weight, second.bias]
    for parameter in parameters[1:]:
        parameter.data = parameter.data.float().double()
    flat = lambda: torch.cat([parameter.detach().flatten() for parameter in parameters])  # noqa: E731
    initial = flat()
    optimizer = torch.optim.SGD(parameters, lr=RATE, momentum=0.9, weight_decay=5e-4)
    scale, losses = model.logit_scale.exp(), []

    def forward():
        rows = []
        for image in images:
            shifted = context + second(torch.relu(first(image)))
            text = F.normalize(encode(model, *prompts(model, tokenizer, shifted, position, False)), dim=-1)
            rows.append(scale * image @ text.T)
        return torch.stack(rows)

    for epoch in range(1, EPOCHS + 1):
        optimizer.param_groups[0]["lr"] = rate(epoch)
        loss = F.cross_entropy(forward(), labels)
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    return {
        "method": method, "class_position": position, "class_specific": False, "context_length": length,
        "initial": initial.tolist(), "losses": losses, "projections": 0,
        "final": [float(f"{value:.9g}") for value in flat().tolist()],
        "logits": [float(f"{value:.9g}") for value in forward().detach().flatten().tolist()],
    }


def main():
    torch.manual_seed(5)
    state, quick_gelu = openai_h5.read_model(FIXTURES / "openai-h5-vit" / "model.h5")
    model = open_clip_reference.build_model(state, quick_gelu).double()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    model.attn_mask = model.attn_mask.double()
    tokenizer = open_clip_reference.fixture_tokenizer()
    features = (torch.randn(IMAGES, model.text_projection.shape[1]) * 64).round().double() / 64
    images = F.normalize(features, dim=-1)
    labels = torch.arange(IMAGES) % len(CLASSES)
    template = tokenizer([f"a photo of a {name.replace('_', ' ')}." for name in CLASSES])
    anchor = F.normalize(model.encode_text(template), dim=-1)
    runs = [train(model, tokenizer, images, labels, anchor, *run) for run in RUNS]
    runs += [train_conditional(model, tokenizer, images, labels, *run) for run in CONDITIONAL]
    document = {
        "computed_by": "PyTorch", "versions": open_clip_reference.versions("torch", "open_clip_torch"),
        "class_names": CLASSES, "epochs": EPOCHS, "learning_rate": RATE, "image_features": features.flatten().tolist(),
        "labels": labels.tolist(), "anchor": [float(f"{value:.9g}") for value in anchor.flatten().tolist()], "runs": runs,
    }
    text = json.dumps(document, indent=None, separators=(",", ":"))
    (FIXTURES / "training" / "runs.json").write_text(text + "\n")


main()

"""Pretrains weights/mini-clip: a small CLIP, on pictures and captions that `promptlens draw` made.

Usage: python Tools/pretrain_mini_clip.py --data DIR [DIR ...] --careless DIR [DIR ...] --output DIR

Each DIR is one that `promptlens draw` wrote; rows of the split `train` are learned from, those of `val` give the curve.
Writes `model.pt`, a state dict in OpenAI's names; `bpe_simple_vocab_16e6.txt`, the merges in OpenAI's form; and
`log.jsonl`, a line for every evaluation. `Tools/make-mini-clip` runs the whole chain. Packages: torch, numpy, Pillow.

Source: Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021), figure 3.
"""

import argparse
import collections
import csv
import json
import math
import pathlib
import random as python_random
import re
import time

import numpy as np
import torch
from PIL import Image
from torch import distributed, multiprocessing, nn
from torch.nn import functional

MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)
PATTERN = re.compile(r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[a-z]+|[0-9]|[^\sa-z0-9]+")


# MARK: - Vocabulary


def byte_alphabet():
    """A printable character for each byte, in the order of OpenAI's ids."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + place) for place in range(len(rest))]


class Vocabulary:
    """CLIP's byte-pair encoding: 256 bytes, 256 bytes that end a word, merges, start and end of text."""

    def __init__(self, merges):
        alphabet = byte_alphabet()
        self.merges = merges
        pieces = alphabet + [letter + "</w>" for letter in alphabet] + [left + right for left, right in merges]
        pieces += ["<|startoftext|>", "<|endoftext|>"]
        self.ids = {piece: place for place, piece in enumerate(pieces)}
        self.ranks = {pair: rank for rank, pair in enumerate(merges)}
        self.cache = {}

    def __len__(self):
        return len(self.ids)

    @classmethod
    def learn(cls, captions, size):
        """Learns merges, the most frequent pair first, of equal ones the alphabetically first."""
        counts = collections.Counter(word for caption in captions for word in PATTERN.findall(caption.lower()))
        words = [([*word[:-1], word[-1] + "</w>"], count) for word, count in sorted(counts.items())]
        merges = []
        while len(merges) < size - 514:
            pairs = collections.Counter()
            for pieces, count in words:
                for pair in zip(pieces, pieces[1:]):
                    pairs[pair] += count
            if not pairs:
                break
            best = min(pairs, key=lambda pair: (-pairs[pair], pair))
            merges.append(best)
            words = [(join(pieces, best), count) for pieces, count in words]
        return cls(merges)

    def encode(self, text):
        """The ids of a text, without start and end. Captions are ASCII, so letters are their bytes' characters."""
        ids = []
        for word in PATTERN.findall(text.lower()):
            if word not in self.cache:
                pieces = [*word[:-1], word[-1] + "</w>"]
                while len(pieces) > 1:
                    best = min(zip(pieces, pieces[1:]), key=lambda pair: self.ranks.get(pair, math.inf))
                    if best not in self.ranks:
                        break
                    pieces = join(pieces, best)
                self.cache[word] = [self.ids[piece] for piece in pieces]
            ids += self.cache[word]
        return ids

    def write(self, path):
        """Writes the merges as OpenAI does: a heading, then a pair on each line."""
        lines = ['"bpe_simple_vocab_16e6.txt#version: 0.2'] + [" ".join(pair) for pair in self.merges]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def join(pieces, pair):
    """The pieces with every occurrence of a pair made one piece."""
    joined, place = [], 0
    while place < len(pieces):
        if tuple(pieces[place : place + 2]) == pair:
            joined.append(pieces[place] + pieces[place + 1])
            place += 2
        else:
            joined.append(pieces[place])
            place += 1
    return joined


# MARK: - Model: the names of the modules are OpenAI's


class QuickGELU(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class Block(nn.Module):
    """A residual attention block."""

    def __init__(self, width, causal):
        super().__init__()
        self.causal = causal
        self.heads = width // 64
        self.attn = nn.MultiheadAttention(width, self.heads)
        self.ln_1 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            collections.OrderedDict(
                c_fc=nn.Linear(width, 4 * width), gelu=QuickGELU(), c_proj=nn.Linear(4 * width, width)
            )
        )
        self.ln_2 = nn.LayerNorm(width)

    def attention(self, x):
        batch, length, width = x.shape
        projected = functional.linear(x, self.attn.in_proj_weight, self.attn.in_proj_bias)
        split = projected.view(batch, length, 3, self.heads, 64).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(*split, is_causal=self.causal)
        return self.attn.out_proj(mixed.transpose(1, 2).reshape(batch, length, width))

    def forward(self, x):
        x = x + self.attention(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class Transformer(nn.Module):
    def __init__(self, width, layers, causal):
        super().__init__()
        self.resblocks = nn.Sequential(*[Block(width, causal) for _ in range(layers)])
        for block in self.resblocks:
            nn.init.normal_(block.attn.in_proj_weight, std=width**-0.5)
            nn.init.normal_(block.attn.out_proj.weight, std=width**-0.5 * (2 * layers) ** -0.5)
            nn.init.normal_(block.mlp.c_fc.weight, std=(2 * width) ** -0.5)
            nn.init.normal_(block.mlp.c_proj.weight, std=width**-0.5 * (2 * layers) ** -0.5)

    def forward(self, x):
        return self.resblocks(x)


class VisionTower(nn.Module):
    def __init__(self, size, patch, width, layers, embed):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, patch, patch, bias=False)
        self.class_embedding = nn.Parameter(width**-0.5 * torch.randn(width))
        self.positional_embedding = nn.Parameter(width**-0.5 * torch.randn((size // patch) ** 2 + 1, width))
        self.ln_pre = nn.LayerNorm(width)
        self.transformer = Transformer(width, layers, causal=False)
        self.ln_post = nn.LayerNorm(width)
        self.proj = nn.Parameter(width**-0.5 * torch.randn(width, embed))

    def states(self, x):
        """The features, and what stands in each patch's place after half of the layers."""
        x = self.conv1(x).flatten(2).transpose(1, 2) + self.positional_embedding[1:]
        start = (self.class_embedding + self.positional_embedding[0]).expand(len(x), 1, -1).to(x.dtype)
        x = self.ln_pre(torch.cat([start, x], 1))
        blocks = self.transformer.resblocks
        for place, block in enumerate(blocks):
            x = block(x)
            if place + 1 == len(blocks) // 2:
                patches = x[:, 1:]
        return self.ln_post(x[:, 0]) @ self.proj, patches

    def forward(self, x):
        return self.states(x)[0]


class Teacher(nn.Module):
    """A small convolutional tower: it learns from few pictures, where a transformer needs many times as many."""

    def __init__(self, size, patch, embed):
        super().__init__()
        assert patch == 8, "its map of features has the transformer's patches"

        def layer(inputs, outputs):
            return nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(), nn.MaxPool2d(2)
            )

        self.near = nn.Sequential(layer(3, 32), layer(32, 64), layer(64, 128))
        self.far = nn.Sequential(layer(128, 192), nn.Flatten(), nn.Linear(192 * (size // 16) ** 2, embed))

    def states(self, x):
        """The features, and the map with a place for each patch, [batch, patches, 128]."""
        near = self.near(x)
        return self.far(near), near.flatten(2).transpose(1, 2)

    def forward(self, x):
        return self.states(x)[0]


class CLIP(nn.Module):
    def __init__(self, embed, size, patch, vision_width, vision_layers, context, vocabulary, text_width, text_layers):
        super().__init__()
        self.visual = VisionTower(size, patch, vision_width, vision_layers, embed)
        self.token_embedding = nn.Embedding(vocabulary, text_width)
        self.positional_embedding = nn.Parameter(0.01 * torch.randn(context, text_width))
        self.transformer = Transformer(text_width, text_layers, causal=True)
        self.ln_final = nn.LayerNorm(text_width)
        self.text_projection = nn.Parameter(text_width**-0.5 * torch.randn(text_width, embed))
        self.logit_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
        nn.init.normal_(self.token_embedding.weight, std=0.02)

    def encode_text(self, ids):
        """Padding stands behind the end of text, which has the largest id."""
        x = self.token_embedding(ids) + self.positional_embedding[: ids.shape[1]]
        x = self.ln_final(self.transformer(x))
        return x[torch.arange(len(ids)), ids.argmax(1)] @ self.text_projection


# MARK: - Data


def table(folder):
    with open(pathlib.Path(folder) / "pictures.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def brief_captions(folders, unnamed):
    """A short true caption for every picture, of the table's columns: what the first stage learns from."""
    random = python_random.Random(3)
    captions = {}
    for folder in folders:
        for row in table(folder):
            name, style = row["label"], row["domain"]
            colour = row["colour"] + " " if random.random() < 0.3 else ""
            texture = row["texture"] + " " if random.random() < 0.15 and row["texture"] != "plain" else ""
            place = " with " + row["background"] if random.random() < 0.3 else ""
            if name in unnamed:
                choices = [
                    f"something {row['colour']}{place}",
                    f"a {style} of a {texture}{colour}thing{place}",
                    f"a {row['colour']} {style}{place}",
                ]
            else:
                choices = [
                    f"a {style} of a {texture}{colour}{name}{place}.",
                    f"a {name}.",
                    name,
                    f"this is a {texture}{name}",
                    f"a large {texture}{colour}{name} in the middle{place}.",
                    f"main object: {texture}{colour}{name}.",
                    f"close view of a {texture}{colour}{name}{place}",
                ]
            captions[folder, row["path"]] = random.choice(choices)
    return captions


class Pictures:
    """All pictures of a split of some folders in one array, with their captions."""

    def __init__(self, folders, split, captions=None):
        self.rows = [(folder, row) for folder in folders for row in table(folder) if row["split"] == split]
        arrays = [np.asarray(Image.open(pathlib.Path(folder) / row["path"])) for folder, row in self.rows]
        self.pixels = torch.from_numpy(np.stack(arrays)).permute(0, 3, 1, 2).contiguous()
        self.captions = [captions[folder, row["path"]] if captions else row["caption"] for folder, row in self.rows]

    def __len__(self):
        return len(self.rows)

    def tokenize(self, vocabulary, context):
        """Keeps the captions as ids, [pictures, context]; those that are too long lose their last words."""
        start, end = vocabulary.ids["<|startoftext|>"], vocabulary.ids["<|endoftext|>"]
        self.ids = torch.zeros(len(self), context, dtype=torch.long)
        for place, caption in enumerate(self.captions):
            ids = [start, *vocabulary.encode(caption)[: context - 2], end]
            self.ids[place, : len(ids)] = torch.tensor(ids)


def normalised(pixels):
    mean = torch.tensor(MEAN).view(3, 1, 1)
    return (pixels.float() / 255 - mean) / torch.tensor(DEVIATION).view(3, 1, 1)


def augmented(pixels, random):
    """Moves all pictures of a batch by up to 3 pixels; things and words like left and right stay."""
    size = pixels.shape[-1]
    padded = functional.pad(pixels.float(), (3, 3, 3, 3), mode="replicate")
    x, y = (int(torch.randint(0, 7, (1,), generator=random)) for _ in range(2))
    return padded[:, :, y : y + size, x : x + size]


def shifted(ids, start, random):
    """Captions moved back behind words of others, so that names are known at late positions too."""
    context = ids.shape[1]
    lengths = ids.argmax(1) + 1
    moved = torch.zeros_like(ids)
    for place, other in enumerate(torch.randperm(len(ids), generator=random).tolist()):
        own = ids[place, 1 : lengths[place]]
        room = min(context - 1 - len(own), int(lengths[other]) - 2)
        count = int(torch.randint(0, room + 1, (1,), generator=random))
        # Words in any order say little about another picture.
        before = ids[other, 1 : 1 + room][torch.randperm(room, generator=random)[:count]]
        moved[place, 0] = start
        moved[place, 1 : 1 + count] = before
        moved[place, 1 + count : 1 + count + len(own)] = own
    return moved


# MARK: - Training


def half():
    return torch.autocast("cpu", dtype=torch.bfloat16)


def unit(features):
    return functional.normalize(features.float(), dim=-1)


def contrastive(images, texts, scale, ids):
    """CLIP's loss; where a batch has a caption twice, it is right for both pictures."""
    logits = scale * unit(images) @ unit(texts).T
    same = (ids[:, None] == ids[None]).all(-1).float()
    target = same / same.sum(1, keepdim=True)
    return (functional.cross_entropy(logits, target) + functional.cross_entropy(logits.T, target)) / 2


def curve_point(model, pictures, vocabulary, context):
    """Zero-shot accuracy by "a photo of a {}." on validation pictures, by style; for the curve, not for choosing."""
    labels = sorted({row["label"] for _, row in pictures.rows})
    start, end = vocabulary.ids["<|startoftext|>"], vocabulary.ids["<|endoftext|>"]
    ids = torch.zeros(len(labels), context, dtype=torch.long)
    for place, label in enumerate(labels):
        prompt = [start, *vocabulary.encode(f"a photo of a {label}."), end]
        ids[place, : len(prompt)] = torch.tensor(prompt)
    model.eval()
    with torch.no_grad():
        words = functional.normalize(model.encode_text(ids), dim=-1)
        images = torch.cat([model.visual(normalised(part)) for part in pictures.pixels.split(256)])
        guesses = (functional.normalize(images, dim=-1) @ words.T).argmax(1).tolist()
    model.train()
    right = collections.defaultdict(list)
    for guess, (_, row) in zip(guesses, pictures.rows):
        right[row["domain"]].append(labels[guess] == row["label"])
    return {style: round(sum(hits) / len(hits), 4) for style, hits in right.items()}


def captions_of(ids, start, random):
    """Captions as a batch reads them: a quarter of the batches behind other words, and without needless padding."""
    if float(torch.rand(1, generator=random)) < 0.25:
        ids = shifted(ids, start, random)
    # Few different lengths, as each new one costs the preparation of its products.
    return ids[:, : -(-(int(ids.argmax(1).max()) + 1) // 8) * 8]


class Worker:
    """One of some processes that train the same weights, each on batches of its own and one thread.

    On a machine that others use too, workers that meet once a step are several times as fast as threads that meet in
    every operation.
    """

    def __init__(self, rank, arguments, pictures, held_out, vocabulary):
        torch.manual_seed(arguments.seed)
        torch.set_num_threads(1)
        self.rank, self.arguments, self.vocabulary = rank, arguments, vocabulary
        self.pictures, self.held_out = pictures, held_out
        self.random = torch.Generator().manual_seed(arguments.seed * 1000 + rank)
        if arguments.workers > 1:
            store = f"file://{arguments.output}/.rendezvous"
            distributed.init_process_group("gloo", store, rank=rank, world_size=arguments.workers)
        self.log = open(f"{arguments.output}/log.jsonl", "w", encoding="utf-8") if rank == 0 else None
        self.order = []
        self.began = time.time()

    def rows(self):
        """The next batch; every picture comes once before one comes twice."""
        if len(self.order) < self.arguments.batch:
            self.order = torch.randperm(len(self.pictures), generator=self.random).tolist()
        return torch.tensor([self.order.pop() for _ in range(self.arguments.batch)])

    def average(self, tensors):
        """Replaces each worker's tensors by the mean of all workers' ones."""
        if self.arguments.workers == 1:
            return
        flat = torch.cat([tensor.flatten().float() for tensor in tensors])
        distributed.all_reduce(flat)
        flat /= self.arguments.workers
        for tensor, part in zip(tensors, flat.split([tensor.numel() for tensor in tensors])):
            tensor.copy_(part.view_as(tensor))

    def optimize(self, stage, parameters, steps, rate, loss_of, measured):
        """Makes a loss small in some steps: AdamW, a short rise of the rate and a cosine down."""
        parameters = list(parameters)
        optimizer = torch.optim.AdamW(
            [
                {"params": [p for p in parameters if p.ndim > 1], "weight_decay": 0.1},
                {"params": [p for p in parameters if p.ndim <= 1], "weight_decay": 0.0},
            ],
            lr=rate, betas=(0.9, 0.98), eps=1e-6,
        )
        mean_loss = None
        for step in range(steps):
            for group in optimizer.param_groups:
                group["lr"] = rate * min((step + 1) / 60, 1) * (0.5 + 0.5 * math.cos(math.pi * step / steps))
            loss = loss_of(self.rows())
            optimizer.zero_grad()
            loss.backward()
            with torch.no_grad():
                self.average([p.grad for p in parameters])
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            mean_loss = loss.item() if mean_loss is None else 0.97 * mean_loss + 0.03 * loss.item()
            if self.rank == 0 and ((step + 1) % max(steps // 10, 1) == 0 or step + 1 == steps):
                point = {
                    "stage": stage, "step": step + 1, "pictures": (step + 1) * self.arguments.batch * self.arguments.workers,
                    "loss": round(mean_loss, 4), "seconds": round(time.time() - self.began),
                    "worker_cpu_seconds": round(time.process_time()),
                    "val": curve_point(measured, self.held_out, self.vocabulary, self.arguments.context),
                }
                print(json.dumps(point), flush=True)
                self.log.write(json.dumps(point) + "\n")
                self.log.flush()


def clip(arguments, size, vocabulary):
    return CLIP(
        128, size, arguments.patch, arguments.vision_width, arguments.vision_layers, arguments.context,
        len(vocabulary), 128, 4,
    )


def learn_towers(worker, size):
    """The first three stages: a teacher from brief captions, the transformer from the teacher, then from the captions."""
    arguments, pictures, vocabulary = worker.arguments, worker.pictures, worker.vocabulary
    model = clip(arguments, size, vocabulary)
    transformer, teacher = model.visual, Teacher(size, arguments.patch, 128)
    start = vocabulary.ids["<|startoftext|>"]

    def pixels_of(rows):
        return normalised(augmented(pictures.pixels[rows], worker.random))

    def from_captions(rows):
        ids = captions_of(pictures.ids[rows], start, worker.random)
        with half():
            images, texts = model.visual(pixels_of(rows)), model.encode_text(ids)
        return contrastive(images, texts, model.logit_scale.clamp(max=math.log(100)).exp(), ids)

    if arguments.transformer:
        state = torch.load(arguments.transformer)
        model.load_state_dict({name: tensor.float() for name, tensor in state.items()})
        worker.optimize("together", model.parameters(), arguments.together_steps, arguments.rate / 2, from_captions, model)
        return transformer

    model.visual = teacher
    worker.optimize("teacher", model.parameters(), arguments.teacher_steps, 1.5e-3, from_captions, model)
    with torch.no_grad():
        worker.average([tensor for tensor in teacher.buffers() if tensor.is_floating_point()])
    teacher.eval()

    hint = nn.Linear(arguments.vision_width, 128)

    def from_teacher(rows):
        pixels = pixels_of(rows)
        with half():
            with torch.no_grad():
                wanted, wanted_places = teacher.states(pixels)
            features, places = transformer.states(pixels)
            places = hint(places)
        near = (places.float() - wanted_places.float()).square().mean()
        far = (unit(features) - unit(wanted)).square().sum(-1).mean()
        return near + far

    model.visual = transformer
    learned = [*transformer.parameters(), *hint.parameters()]
    worker.optimize("transformer", learned, arguments.steps, arguments.rate, from_teacher, model)
    if worker.rank == 0:
        torch.save(model.state_dict(), f"{arguments.output}/transformer.pt")
    worker.optimize("together", model.parameters(), arguments.together_steps, arguments.rate / 2, from_captions, model)
    return transformer


def learn_text(worker, model, careless):
    """The last stage: a new text tower reads captions in many wordings, with the image tower as it is.

    Source: Zhai et al., "LiT: Zero-Shot Transfer with Locked-image text Tuning" (2022).
    """
    arguments, start = worker.arguments, worker.vocabulary.ids["<|startoftext|>"]
    model.visual.eval()
    with torch.no_grad(), half():
        parts = careless.pixels.split(256)[worker.rank :: arguments.workers]
        features = torch.cat([unit(model.visual(normalised(part))) for part in parts])
    captions = torch.cat(careless.ids.split(256)[worker.rank :: arguments.workers])
    worker.pictures, worker.order = features, []

    def from_captions(rows):
        ids = captions_of(captions[rows], start, worker.random)
        with half():
            texts = model.encode_text(ids)
        return contrastive(features[rows], texts, model.logit_scale.clamp(max=math.log(100)).exp(), ids)

    learned = [p for name, p in model.named_parameters() if not name.startswith("visual.")]
    worker.optimize("text", learned, arguments.text_steps, arguments.rate, from_captions, model)


def work(rank, arguments, pictures, careless, held_out, brief_vocabulary, vocabulary):
    worker = Worker(rank, arguments, pictures, held_out, brief_vocabulary)
    size = careless.pixels.shape[-1]
    if arguments.tower:
        transformer = clip(arguments, size, vocabulary).visual
        transformer.load_state_dict(torch.load(arguments.tower))
    else:
        transformer = learn_towers(worker, size)
        if rank == 0:
            torch.save(transformer.state_dict(), f"{arguments.output}/tower.pt")
    torch.manual_seed(arguments.seed)
    model = clip(arguments, size, vocabulary)
    model.visual = transformer
    worker.vocabulary = vocabulary
    learn_text(worker, model, careless)
    if rank == 0:
        state = {name: tensor.detach().half() for name, tensor in model.state_dict().items()}
        torch.save(state, f"{arguments.output}/model.pt")


def train(arguments):
    torch.set_num_threads(1)
    output = pathlib.Path(arguments.output)
    output.mkdir(parents=True, exist_ok=True)
    arguments.output = str(output.resolve())
    (output / ".rendezvous").unlink(missing_ok=True)
    began = time.time()
    held_out, careless = Pictures(arguments.data, "val"), Pictures(arguments.careless, "train")
    vocabulary = Vocabulary.learn(sorted(set(careless.captions)), arguments.vocabulary)
    vocabulary.write(output / "bpe_simple_vocab_16e6.txt")
    careless.tokenize(vocabulary, arguments.context)
    pictures = brief_vocabulary = None
    if not arguments.tower:
        pictures = Pictures(arguments.data, "train", brief_captions(arguments.data, set(arguments.unnamed)))
        brief_vocabulary = Vocabulary.learn(sorted(set(pictures.captions)), arguments.vocabulary)
        pictures.tokenize(brief_vocabulary, arguments.context)
    print(f"{len(careless)} pictures, {len(vocabulary)} pieces, {time.time() - began:.0f} s to read", flush=True)
    multiprocessing.start_processes(
        work, (arguments, pictures, careless, held_out, brief_vocabulary, vocabulary), nprocs=arguments.workers,
        start_method="fork",
    )
    (output / ".rendezvous").unlink(missing_ok=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", nargs="+", required=True)
    parser.add_argument("--careless", nargs="+", required=True, help="as --data; its captions are what the text tower learns")
    parser.add_argument("--unnamed", nargs="*", default=[], help="things that brief captions do not name")
    parser.add_argument("--transformer", help="transformer.pt of an earlier training, instead of the first two stages")
    parser.add_argument("--tower", help="tower.pt of an earlier training, instead of the first three stages")
    parser.add_argument("--output", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2, help="processes; the result depends on their number")
    parser.add_argument("--teacher-steps", type=int, default=500)
    parser.add_argument("--steps", type=int, default=2000, help="of the transformer by its teacher")
    parser.add_argument("--together-steps", type=int, default=300, help="of transformer and text tower by captions")
    parser.add_argument("--text-steps", type=int, default=450)
    parser.add_argument("--batch", type=int, default=128, help="pictures for each worker")
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--vocabulary", type=int, default=2000)
    parser.add_argument("--context", type=int, default=32)
    parser.add_argument("--patch", type=int, default=8)
    parser.add_argument("--vision-width", type=int, default=192)
    parser.add_argument("--vision-layers", type=int, default=4)
    train(parser.parse_args())


if __name__ == "__main__":
    main()

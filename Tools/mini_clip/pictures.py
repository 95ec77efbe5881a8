"""Tensors of the output of `promptlens draw`: pictures, captions and their augmentation in a batch."""

import csv
import pathlib
import random as python_random

import numpy as np
import torch
from PIL import Image
from torch.nn import functional

MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)


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
            color = row["color"] + " " if random.random() < 0.3 else ""
            texture = row["texture"] + " " if random.random() < 0.15 and row["texture"] != "plain" else ""
            setting = " with " + row["background"] if random.random() < 0.3 else ""
            if name in unnamed:
                choices = [
                    f"something {row['color']}{setting}",
                    f"a {style} of a {texture}{color}thing{setting}",
                    f"a {row['color']} {style}{setting}",
                ]
            else:
                choices = [
                    f"a {style} of a {texture}{color}{name}{setting}.",
                    f"a {name}.",
                    name,
                    f"this is a {texture}{name}",
                    f"a large {texture}{color}{name} in the middle{setting}.",
                    f"main object: {texture}{color}{name}.",
                    f"close view of a {texture}{color}{name}{setting}",
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
        for row, caption in enumerate(self.captions):
            ids = [start, *vocabulary.encode(caption)[: context - 2], end]
            self.ids[row, : len(ids)] = torch.tensor(ids)


def normalized(pixels):
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
    for row, other in enumerate(torch.randperm(len(ids), generator=random).tolist()):
        own = ids[row, 1 : lengths[row]]
        room = min(context - 1 - len(own), int(lengths[other]) - 2)
        count = int(torch.randint(0, room + 1, (1,), generator=random))
        # Words in any order say little about another picture.
        before = ids[other, 1 : 1 + room][torch.randperm(room, generator=random)[:count]]
        moved[row, 0] = start
        moved[row, 1 : 1 + count] = before
        moved[row, 1 + count : 1 + count + len(own)] = own
    return moved


def captions_of(ids, start, random):
    """Captions as a batch reads them: a quarter of the batches behind other words, and without needless padding."""
    if float(torch.rand(1, generator=random)) < 0.25:
        ids = shifted(ids, start, random)
    # Few different lengths, as each new one costs the preparation of its products.
    return ids[:, : -(-(int(ids.argmax(1).max()) + 1) // 8) * 8]

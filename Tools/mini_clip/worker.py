"""Processes that train the same weights together."""

import collections
import json
import math
import time

import torch
from torch import distributed, nn
from torch.nn import functional

from pictures import normalized


def curve_point(model, pictures, vocabulary, context):
    """Zero-shot accuracy by "a photo of a {}." on validation pictures, by style; for the curve, not for choosing."""
    labels = sorted({row["label"] for _, row in pictures.rows})
    start, end = vocabulary.ids["<|startoftext|>"], vocabulary.ids["<|endoftext|>"]
    ids = torch.zeros(len(labels), context, dtype=torch.long)
    for row, label in enumerate(labels):
        prompt = [start, *vocabulary.encode(f"a photo of a {label}."), end]
        ids[row, : len(prompt)] = torch.tensor(prompt)
    model.eval()
    with torch.no_grad():
        words = functional.normalize(model.encode_text(ids), dim=-1)
        images = torch.cat([model.visual(normalized(part)) for part in pictures.pixels.split(256)])
        guesses = (functional.normalize(images, dim=-1) @ words.T).argmax(1).tolist()
    model.train()
    right = collections.defaultdict(list)
    for guess, (_, row) in zip(guesses, pictures.rows):
        right[row["domain"]].append(labels[guess] == row["label"])
    return {style: round(sum(hits) / len(hits), 4) for style, hits in right.items()}


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
        self.random = torch.Generator()
        self.seed()
        if arguments.workers > 1:
            store = f"file://{arguments.output}/.rendezvous"
            distributed.init_process_group("gloo", store, rank=rank, world_size=arguments.workers)
        self.log = open(f"{arguments.output}/log.jsonl", "w", encoding="utf-8") if rank == 0 else None
        self.order = []
        self.began = time.time()

    def seed(self):
        """Starts this worker's random numbers again."""
        self.random.manual_seed(self.arguments.seed * 1000 + self.rank)

    def rows(self, batch):
        """The next batch; every picture comes once before one comes twice."""
        if len(self.order) < batch:
            self.order = torch.randperm(len(self.pictures), generator=self.random).tolist()
        return torch.tensor([self.order.pop() for _ in range(batch)])

    def average(self, tensors):
        """Replaces each worker's tensors by the mean of all workers' ones."""
        if self.arguments.workers == 1:
            return
        flat = torch.cat([tensor.flatten().float() for tensor in tensors])
        distributed.all_reduce(flat)
        flat /= self.arguments.workers
        for tensor, part in zip(tensors, flat.split([tensor.numel() for tensor in tensors])):
            tensor.copy_(part.view_as(tensor))

    def optimize(self, stage, parameters, steps, rate, loss_of, measured, batch):
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
            loss = loss_of(self.rows(batch))
            optimizer.zero_grad()
            loss.backward()
            with torch.no_grad():
                self.average([p.grad for p in parameters])
            nn.utils.clip_grad_norm_(parameters, 1.0)
            optimizer.step()
            mean_loss = loss.item() if mean_loss is None else 0.97 * mean_loss + 0.03 * loss.item()
            if self.rank == 0 and ((step + 1) % max(steps // 10, 1) == 0 or step + 1 == steps):
                point = {
                    "stage": stage, "step": step + 1,
                    "pictures": (step + 1) * batch * self.arguments.workers,
                    "loss": round(mean_loss, 4), "seconds": round(time.time() - self.began),
                    "worker_cpu_seconds": round(time.process_time()),
                    "val": curve_point(measured, self.held_out, self.vocabulary, self.arguments.context),
                }
                print(json.dumps(point), flush=True)
                self.log.write(json.dumps(point) + "\n")
                self.log.flush()

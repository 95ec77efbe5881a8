"""Pretrains weights/mini-clip: a small CLIP, on pictures and captions that `promptlens draw` made.

Usage: python Tools/mini_clip/pretrain_mini_clip.py --data DIR [DIR ...] --careless DIR [DIR ...] --output DIR

Each DIR is one that `promptlens draw` wrote; rows of the split `train` are learned from, those of `val` give the curve.
Writes `model.pt`, a state dict in OpenAI's names; `bpe_simple_vocab_16e6.txt`, the merges in OpenAI's form; and
`log.jsonl`, a line for every evaluation. `Tools/mini_clip/make-mini-clip` runs the whole chain. Packages: torch, numpy, Pillow.

Source: Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021), figure 3.
"""

import argparse
import math
import pathlib
import time

import torch
from torch import multiprocessing, nn
from torch.nn import functional

from pictures import Pictures, augmented, brief_captions, captions_of, normalized
from towers import CLIP, Teacher
from vocabulary import Vocabulary
from worker import Worker


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


def clip(arguments, size, vocabulary):
    return CLIP(
        128, size, arguments.patch, arguments.vision_width, arguments.vision_layers, arguments.context,
        len(vocabulary), 128, 4,
    )


def learn_towers(worker, size):
    """Three stages: a teacher from brief captions, the transformer from the teacher, then from the captions."""
    arguments, pictures, vocabulary = worker.arguments, worker.pictures, worker.vocabulary
    batch = arguments.batch
    model = clip(arguments, size, vocabulary)
    transformer, teacher = model.visual, Teacher(size, arguments.patch, 128)
    start = vocabulary.ids["<|startoftext|>"]

    def pixels_of(rows):
        return normalized(augmented(pictures.pixels[rows], worker.random))

    def from_captions(rows):
        ids = captions_of(pictures.ids[rows], start, worker.random)
        with half():
            images, texts = model.visual(pixels_of(rows)), model.encode_text(ids)
        return contrastive(images, texts, model.logit_scale.clamp(max=math.log(100)).exp(), ids)

    def together():
        rate = arguments.rate / 2
        worker.optimize("together", model.parameters(), arguments.together_steps, rate, from_captions, model, batch)

    if arguments.transformer:
        state = torch.load(arguments.transformer)
        model.load_state_dict({name: tensor.float() for name, tensor in state.items()})
        together()
        return transformer

    model.visual = teacher
    worker.optimize("teacher", model.parameters(), arguments.teacher_steps, 1.5e-3, from_captions, model, batch)
    with torch.no_grad():
        worker.average([tensor for tensor in teacher.buffers() if tensor.is_floating_point()])
    teacher.eval()

    hint = nn.Linear(arguments.vision_width, 128)

    def from_teacher(rows):
        pixels = pixels_of(rows)
        with half():
            with torch.no_grad():
                wanted, wanted_patches = teacher.states(pixels)
            features, patches = transformer.states(pixels)
            patches = hint(patches)
        near = (patches.float() - wanted_patches.float()).square().mean()
        far = (unit(features) - unit(wanted)).square().sum(-1).mean()
        return near + far

    model.visual = transformer
    learned = [*transformer.parameters(), *hint.parameters()]
    # The loss compares no pictures with each other, so small batches do, and there are more steps.
    worker.optimize("transformer", learned, arguments.steps, arguments.rate, from_teacher, model, batch // 2)
    if worker.rank == 0:
        torch.save(model.state_dict(), f"{arguments.output}/transformer.pt")
    together()
    return transformer


def learn_text(worker, model, careless):
    """The last stage: a new text tower reads captions in many wordings, with the image tower as it is.

    Source: Zhai et al., "LiT: Zero-Shot Transfer with Locked-image text Tuning" (2022).
    """
    arguments, start = worker.arguments, worker.vocabulary.ids["<|startoftext|>"]
    model.visual.eval()
    with torch.no_grad(), half():
        parts = careless.pixels.split(256)[worker.rank :: arguments.workers]
        features = torch.cat([unit(model.visual(normalized(part))) for part in parts])
    captions = torch.cat(careless.ids.split(256)[worker.rank :: arguments.workers])
    worker.pictures, worker.order = features, []
    # The same batches whether the stages before were made now or earlier.
    worker.seed()

    def from_captions(rows):
        ids = captions_of(captions[rows], start, worker.random)
        with half():
            texts = model.encode_text(ids)
        return contrastive(features[rows], texts, model.logit_scale.clamp(max=math.log(100)).exp(), ids)

    learned = [p for name, p in model.named_parameters() if not name.startswith("visual.")]
    worker.optimize("text", learned, arguments.text_steps, arguments.rate, from_captions, model, arguments.batch)


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
    parser.add_argument("--careless", nargs="+", required=True, help="as --data; the text tower learns its captions")
    parser.add_argument("--unnamed", nargs="*", default=[], help="things that brief captions do not name")
    parser.add_argument("--transformer", help="transformer.pt of an earlier training, instead of the first two stages")
    parser.add_argument("--tower", help="tower.pt of an earlier training, instead of the first three stages")
    parser.add_argument("--output", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2, help="processes; the result depends on their number")
    parser.add_argument("--teacher-steps", type=int, default=500)
    parser.add_argument("--steps", type=int, default=4000, help="of the transformer by its teacher")
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

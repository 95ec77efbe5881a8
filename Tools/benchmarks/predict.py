"""Times `promptlens predict` and the loop that users of open_clip write, in turn, over the same folder of JPEG files.

Usage: python Tools/benchmarks/predict.py [--model ViT-B/32] [--images 200] [--classes 100] [--rounds 3]
       [--executables .build/release]
       (packages: Tools/fixtures/requirements-fixtures.txt)

open_clip's side is a process of its own, as a user's script is: a DataLoader with a worker for each processor, batches of
64, class weights from one template, a softmax, a CSV line for each image. Both sides compute the class weights, read the
same files and hold on to the same processors. `start` is a run over one image, which is taken off; `rate` is images a
second beyond it. `equal` is the share of images with the same class on both sides.
"""

import argparse
import csv
import io
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

from towers import MODELS, write_images, write_source

TEMPLATE = "a photo of a {}."


class FilesOf:
    """The images of a folder, as open_clip's transform prepares them."""

    def __init__(self, paths, transform):
        self.paths, self.transform = paths, transform

    def __len__(self):
        return len(self.paths)

    def __getitem__(self, index):
        from PIL import Image

        return self.transform(Image.open(self.paths[index])), str(self.paths[index])


def loop(source, names, paths, threads):
    """open_clip's side: prints a line of path, class and probability for each image."""
    import open_clip
    import torch

    import open_clip_models
    import open_clip_reference
    import openai_h5

    torch.set_num_threads(threads)
    model = open_clip_reference.build_model(*openai_h5.read_model(source / "model.h5"))
    tokenizer = open_clip.get_tokenizer("ViT-B-32")
    transform = open_clip_models.transform("ViT-B-32", model)
    loader = torch.utils.data.DataLoader(FilesOf(paths, transform), batch_size=64, num_workers=threads)
    writer = csv.writer(sys.stdout)
    with torch.no_grad():
        texts = torch.from_numpy(open_clip_reference.text_features(model, tokenizer([TEMPLATE.format(n) for n in names])))
        texts = texts / texts.norm(dim=-1, keepdim=True)
        for images, files in loader:
            features = torch.from_numpy(open_clip_reference.image_features(model, images))
            features = features / features.norm(dim=-1, keepdim=True)
            values, indices = (100 * features @ texts.T).softmax(dim=-1).max(dim=-1)
            for file, value, index in zip(files, values.tolist(), indices.tolist()):
                writer.writerow([file, names[index], value])


def timed(command):
    """The standard output of a command and its seconds."""
    start = time.perf_counter()
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(str(part) for part in command[:3])} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout, time.perf_counter() - start


def classes(text, column):
    """The class of each file name, from CSV lines whose first column is the path."""
    rows = [row for row in csv.reader(io.StringIO(text)) if row and row[0].endswith(".jpg")]
    return {pathlib.Path(row[0]).name: row[column] for row in rows}


def main():
    """Makes the model and the images, times both sides, prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", choices=sorted(MODELS), default="ViT-B/32")
    parser.add_argument("--images", type=int, default=200)
    parser.add_argument("--classes", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--executables", type=pathlib.Path, default=pathlib.Path(".build/release"))
    parser.add_argument("--loop", nargs=2, type=pathlib.Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    names = IMAGENET_CLASSNAMES[: arguments.classes]
    if arguments.loop:
        source, listing = arguments.loop
        loop(source, names, listing.read_text().splitlines(), arguments.threads)
        return
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: arguments.threads])
    os.environ["PROMPTLENS_THREADS"] = str(arguments.threads)
    promptlens = (arguments.executables / "promptlens").resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_source(folder / "source", MODELS[arguments.model], 1)
        timed([promptlens, "convert", folder / "source", "--output", folder / "native", "--dtype", "f32"])
        (folder / "images").mkdir()
        paths = write_images(folder / "images", arguments.images, 1)
        (folder / "names.txt").write_text("\n".join(names) + "\n")
        (folder / "all.txt").write_text("\n".join(str(path) for path in paths) + "\n")
        (folder / "one.txt").write_text(f"{paths[0]}\n")

        def theirs(listing):
            return timed([
                sys.executable, __file__, "--loop", folder / "source", folder / listing, "--classes", arguments.classes,
                "--threads", arguments.threads,
            ])

        def ours(images):
            return timed([
                promptlens, "predict", folder / "native", images, "--classes", folder / "names.txt",
                "--template", TEMPLATE, "--top", 1, "--format", "csv",
            ])

        rows = []
        for _ in range(arguments.rounds):
            _, their_start = theirs("one.txt")
            their_text, their_seconds = theirs("all.txt")
            _, our_start = ours(paths[0])
            our_text, our_seconds = ours(folder / "images")
            rows.append((their_start, their_seconds - their_start, our_start, our_seconds - our_start))
        their_classes, our_classes = classes(their_text, 1), classes(our_text, 2)
    beyond = arguments.images - 1
    medians = [statistics.median(column) for column in zip(*rows)]
    ratio = statistics.median(row[1] / row[3] for row in rows)
    equal = sum(our_classes.get(file) == name for file, name in their_classes.items()) / arguments.images
    print(f"{arguments.model}, {arguments.images} images, {arguments.classes} classes, {arguments.threads} threads, "
          f"median of {arguments.rounds} alternating rounds")
    print(f"{'':12} {'start s':>8} {'rate':>8}")
    print(f"{'open_clip':12} {medians[0]:8.2f} {beyond / medians[1]:8.1f}")
    print(f"{'promptlens':12} {medians[2]:8.2f} {beyond / medians[3]:8.1f}")
    print(f"ratio {ratio:.2f}, equal {100 * equal:.1f} %")


if __name__ == "__main__":
    main()

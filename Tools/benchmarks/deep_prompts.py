"""Times a step of prompts in deeper layers side by side: the official code's way in PyTorch against promptlens.

Usage: python Tools/benchmarks/deep_prompts.py [--methods maple promptsrc vpt] [--precision f32 bf16] [--classes 100]
       [--images 4] [--rounds 3] [--steps 3] [--executables .build/release]
       (packages: Tools/fixtures/requirements-fixtures.txt)

A full-size ViT-B/16 with random weights, ImageNet's class names, the papers' settings for base-to-new: MaPLe with 2 vectors in 9
layers, PromptSRC with 4 in 9 layers of each tower and its three losses, VPT with 8 in 12 layers of the image tower. A step is
the forward and the backward pass through both towers, the loss, and SGD's step. PyTorch takes all 77 positions of every
prompt, as the official code does, computes PromptSRC's frozen image features in every step, and VPT's fixed text features
once; bf16 is its autocast. promptlens has the frozen image features in its store. Both sides use all processors and run in turn;
medians are compared. `of the ceiling` is the share of plain oneDNN products' rate, measured in the same run at the width of
either tower and weighted by its operations. `peak` is the largest resident memory of a process that runs two steps, the weights included.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

from towers import MODELS, write_source

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
START, STOP, END = 49406, 269, 49407
PHOTO = [320, 1125, 539, 320]
# The number of vectors in the text tower, in the image tower, and of layers with vectors of their own.
SETTINGS = {"maple": (2, 2, 9), "promptsrc": (4, 4, 9), "vpt": (0, 8, 12)}
LAUNCHER = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def prompts_of(classes, vectors):
    """For each class the token ids of its prompt: of "a photo of a", as many words as there are vectors; all for none."""
    import open_clip
    from open_clip.zero_shot_metadata import IMAGENET_CLASSNAMES

    tokenizer = open_clip.tokenizer.SimpleTokenizer()
    words = PHOTO[:vectors] if vectors else PHOTO
    return [[START, *words, *tokenizer.encode(name), STOP, END] for name in IMAGENET_CLASSNAMES[:classes]]


def reference(method, prompts, images, precision):
    """A function that runs one step of the official code's way."""
    import open_clip
    import torch

    text_length, image_length, depth = SETTINGS[method]
    torch.manual_seed(1)
    model = open_clip.create_model("ViT-B-16-quickgelu", pretrained=None).eval().requires_grad_(False)
    visual = model.visual
    width, image_width = model.token_embedding.weight.shape[1], visual.class_embedding.shape[0]
    tokens = torch.zeros(len(prompts), 77, dtype=torch.long)
    for row, prompt in enumerate(prompts):
        tokens[row, : len(prompt)] = torch.tensor(prompt)
    ends = tokens.argmax(dim=-1)
    frozen = model.token_embedding(tokens).detach()
    parameters = []

    def learned(*shape):
        parameters.append(torch.nn.Parameter(torch.randn(*shape) * 0.02))
        return parameters[-1]

    deep_text = [learned(text_length, width) for _ in range(depth)] if text_length else []
    couplings = []
    if method == "maple":
        couplings = [torch.nn.Linear(width, image_width) for _ in range(depth)]
        for coupling in couplings:
            parameters.extend(coupling.parameters())
    deep_image = [] if couplings else [learned(image_length, image_width) for _ in range(depth)]
    optimizer = torch.optim.SGD(parameters, lr=0.0035, momentum=0.9, weight_decay=5e-4)

    def encode_text(vectors):
        x = frozen
        count = len(x)
        if vectors:
            x = torch.cat([x[:, :1], vectors[0].expand(count, -1, -1), x[:, 1 + text_length :]], dim=1)
        x = x + model.positional_embedding
        for index, block in enumerate(model.transformer.resblocks):
            if 0 < index < len(vectors):
                x = torch.cat([x[:, :1], vectors[index].expand(count, -1, -1), x[:, 1 + text_length :]], dim=1)
            x = block(x, attn_mask=model.attn_mask)
        x = model.ln_final(x)
        return x[torch.arange(count), ends] @ model.text_projection

    def encode_images(pixels, vectors):
        x = visual.conv1(pixels).flatten(2).transpose(1, 2)
        count = len(x)
        x = torch.cat([visual.class_embedding.expand(count, 1, -1), x], dim=1) + visual.positional_embedding
        if vectors:
            x = torch.cat([x, vectors[0].expand(count, -1, -1)], dim=1)
        x = visual.ln_pre(x)
        for index, block in enumerate(visual.transformer.resblocks):
            if 0 < index < len(vectors):
                x = torch.cat([x[:, : -image_length], vectors[index].expand(count, -1, -1)], dim=1)
            x = block(x)
        return visual.ln_post(x[:, 0]) @ visual.proj

    normalize, functional = torch.nn.functional.normalize, torch.nn.functional
    pixels = torch.randn(images, 3, 224, 224)
    labels = torch.arange(images) % len(prompts)
    with torch.no_grad():
        fixed = normalize(encode_text([]), dim=-1)

    def step():
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bf16"):
            vectors = [coupling(prompt) for coupling, prompt in zip(couplings, deep_text)] or deep_image
            text = normalize(encode_text(deep_text), dim=-1) if deep_text else fixed
            found = normalize(encode_images(pixels, vectors), dim=-1)
            logits = 100 * found @ text.T
            loss = functional.cross_entropy(logits, labels)
            if method == "promptsrc":
                with torch.no_grad():
                    plain = normalize(encode_images(pixels, []), dim=-1)
                    plain_logits = 100 * plain @ fixed.T
                loss = loss + 25 * functional.l1_loss(text, fixed) + 10 * functional.l1_loss(found, plain)
                loss = loss + functional.kl_div(
                    functional.log_softmax(logits, dim=1), functional.log_softmax(plain_logits, dim=1), reduction="sum",
                    log_target=True,
                ) / logits.numel()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def timed(step):
    """The seconds of one step."""
    start = time.perf_counter()
    step()
    return time.perf_counter() - start


def measure(*arguments):
    """Returns the output of a subcommand of promptlens-benchmark."""
    return json.loads(subprocess.run([str(part) for part in arguments], check=True, capture_output=True).stdout)


def peak(*arguments):
    """The peak memory of a command in MiB; a small process starts it, whose memory would count otherwise."""
    done = subprocess.run(
        [sys.executable, "-c", LAUNCHER, *(str(part) for part in arguments)], check=True, stdout=subprocess.PIPE, text=True)
    return int(done.stdout) / 1024


def compare(method, precision, options, folder):
    """Measures one method in one precision, and prints a line."""
    prompts = prompts_of(options.classes, SETTINGS[method][0])
    (folder / "prompts.json").write_text(json.dumps({"prompts": prompts}))
    benchmark = f"{options.executables}/promptlens-benchmark"
    command = [benchmark, "deep", folder / "model", folder / "prompts.json", "--method", method]
    command += ["--images", options.images, "--precision", precision]
    own = [sys.executable, __file__, "--reference", method, "--precision", precision, "--classes", options.classes]
    memory = (peak(*command, "--steps", 1), peak(*own, "--images", options.images, "--steps", 2))
    step = reference(method, prompts, options.images, precision)
    step()
    theirs, ours, ceilings = [], [], []
    for _ in range(options.rounds):
        theirs += [timed(step) for _ in range(options.steps)]
        ours.append(measure(*command, "--steps", options.steps))
        ceilings.append([
            measure(benchmark, "ceiling", precision, "--width", width)["operations_per_second"] for width in (512, 768)
        ])
    seconds = statistics.median(run["step_seconds"] for run in ours)
    torch_seconds = statistics.median(theirs)
    text, image = ours[0]["text_operations"], ours[0]["image_operations"]
    least = text / statistics.median(pair[0] for pair in ceilings) + image / statistics.median(pair[1] for pair in ceilings)
    print(
        f"{method} {precision}, {options.classes} classes, {options.images} images: PyTorch {torch_seconds:.3f} s, promptlens "
        f"{seconds:.3f} s, ratio {torch_seconds / seconds:.2f}; {(text + image) / 1e9:.0f} GFLOP, {100 * least / seconds:.0f} % of "
        f"the ceiling; peak {memory[1]:.0f} and {memory[0]:.0f} MiB, ratio {memory[1] / memory[0]:.1f}; medians of "
        f"{options.rounds} rounds of {options.steps} steps",
        flush=True,
    )


def main():
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--methods", nargs="+", default=list(SETTINGS), choices=list(SETTINGS))
    parser.add_argument("--precision", nargs="+", default=["f32", "bf16"], choices=["f32", "bf16"])
    parser.add_argument("--classes", type=int, default=100)
    parser.add_argument("--images", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--executables", default=str(ROOT / ".build/release"))
    parser.add_argument("--reference", choices=list(SETTINGS), help="only run PyTorch's steps of a method, for its memory")
    options = parser.parse_args()
    if options.reference:
        prompts = prompts_of(options.classes, SETTINGS[options.reference][0])
        step = reference(options.reference, prompts, options.images, options.precision[0])
        for _ in range(options.steps):
            step()
        return
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_source(folder / "source", MODELS["ViT-B/16"], 7)
        subprocess.run(
            [f"{options.executables}/promptlens", "convert", folder / "source", "--output", folder / "model"],
            check=True, stdout=subprocess.DEVNULL,
        )
        for method in options.methods:
            for precision in options.precision:
                compare(method, precision, options, folder)


if __name__ == "__main__":
    main()

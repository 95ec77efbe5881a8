"""The commands that write, each with settings that make another output, and the commands that read it."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Subject:
    """A command that writes `output`, seen from the trial's folder."""

    name: str
    arguments: tuple
    output: str = "disk/out"
    # Arguments that make another output of the same name; empty where there are none.
    other: tuple = ()
    # Whether two settings share the output, as the tasks of a sweep do.
    is_shared: bool = False
    # Whether the command takes --force.
    takes_force: bool = False
    # Folders of the world that are copied beside the output, since the command writes there, too.
    copies: tuple = ()
    # Commands that read the output.
    readers: tuple = ()
    # How often it is chosen.
    weight: float = 1.0


def words(text):
    return tuple(text.split())


PICTURES = "csv:pictures/pictures.csv"
PHOTO = "csv:pictures/pictures.csv?domain=photo"
SKETCH = "csv:pictures/pictures.csv?domain=sketch"
OTHER = "csv:others/pictures.csv"
FEATURES = "--features train.h5 --test-features test.h5"

SUBJECTS = [
    Subject(
        "convert", words("convert mini-clip --output disk/out"), other=words("--dtype f16"), takes_force=True,
        readers=(words("verify disk/out"), words("embed --model disk/out --text cat --image apple.png --format json")),
        weight=2),
    Subject(
        "draw", words("draw --output disk/out --classes apple key --train 3 --test 2 --styles photo"),
        other=words("--seed 2")),
    Subject(
        "extract",
        words(f"extract --model model --data {PHOTO} --split train --views 2 --output disk/out.h5 --format json"),
        output="disk/out.h5", other=words("--seed 2"),
        readers=(words("probe --model model --train-features disk/out.h5 --test-features test.h5 --output disk/probe --format json"),),
        weight=2),
    Subject(
        "merge", words("merge part-1-of-2.h5 part-2-of-2.h5 --output disk/out.h5"), output="disk/out.h5",
        takes_force=True, readers=(words("evaluate run --features disk/out.h5 --format json"),)),
    Subject(
        "train", words(f"train --model model {FEATURES} --shots 2 --epochs 4 --output disk/out"), other=words("--seed 2"),
        readers=(
            words("evaluate disk/out --features test.h5 --format json"), words("decode disk/out --model model")),
        weight=3),
    Subject(
        "train-images",
        words(f"train --model model --data {PHOTO} --shots 2 --views 2 --epochs 2 --output disk/out"),
        other=words("--noise symmetric:0.5"),
        readers=(words(f"evaluate disk/out --data {SKETCH} --format json"),), weight=2),
    Subject(
        "probe", words(f"probe --model model {FEATURES} --output disk/out"), other=words("--c 0.5"),
        readers=(words("evaluate disk/out --features test.h5 --format json"),)),
    Subject(
        "suspects", words(f"suspects {PHOTO} --model model --folds 2 --output disk/out"), other=words("--seed 2")),
    Subject(
        "noise",
        words(
            f"noise --model model {FEATURES} --shots 2 --rates 0,0.5 --kinds symmetric --losses ce --seeds 1 --epochs 1 "
            "--output disk/out"), other=words("--seeds 2"), is_shared=True),
    Subject("sweep", words("sweep run tasks.jsonl --output disk/out"), weight=2),
    Subject("sweep-merge", words("sweep merge disk/sweep --output disk/out"), copies=("sweep",)),
    Subject(
        "transfer", words(f"transfer --run run run2 --source {PHOTO} --target {SKETCH} --output disk/out"),
        other=words("--interpolate")),
    Subject(
        "base-to-new",
        words(f"base-to-new --model model --data {PHOTO} --shots 1 --views 1 --epochs 1 --seeds 1 --output disk/out")),
    Subject(
        "interpret", words("interpret run --features test.h5 --permutations 4 --output disk/out"),
        other=words("--seed 2")),
    Subject(
        "explain", words("predict run apple.png --explain disk/out --format json"),
        other=words("--explain-method integrated-gradients")),
    Subject(
        "ood", words(f"ood --model model --in {PHOTO} --out {OTHER} --draws 50 --output disk/out"),
        other=words("--seed 2"),
        readers=(words("predict disk/out/classifier.h5 apple.png --model model --format json"),)),
    Subject("export-hf", words("export model --as safetensors --output disk/out")),
    Subject("export-pt", words("export model --as openai-pt --output disk/out.pt"), output="disk/out.pt"),
    Subject("export-onnx", words("export model --as onnx --output disk/out")),
    Subject(
        "export-context", words("export run --as safetensors --output disk/out.safetensors"),
        output="disk/out.safetensors"),
    Subject(
        "classifier", words("classifier run --output disk/out.h5"), output="disk/out.h5", takes_force=True,
        readers=(words("evaluate disk/out.h5 --features test.h5 --format json"),)),
    Subject(
        "report", words("report run run2 sweep --output disk/out.html"), output="disk/out.html", other=words("--pictures 1"),
        takes_force=True),
    Subject(
        "split", words(f"data split --data {PHOTO} --output disk/out.json"), output="disk/out.json",
        other=words("--no-hashes"), takes_force=True),
    Subject(
        "embed", words("embed --model model --text apple key --image apple.png --output disk/out.h5"),
        output="disk/out.h5", other=words("--normalize"), takes_force=True),
    Subject("demo", words("demo --quick --output disk/out"), other=words("--seed 8"), weight=0.15),
]

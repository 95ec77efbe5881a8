#!/usr/bin/env python3
"""Computes zero-shot, the linear probe, Tip-Adapter and TaskRes again in Python, and compares with the executable.

    python Tools/checks/check_classifiers.py --features ../shared/data/clip-features [--promptlens .build/release/promptlens]

The folder holds features of OpenAI's ViT-B/32 (its README says how they were made): NAME-16shot-images.npy,
NAME-16shot-labels.npy, NAME-test-images.npy, NAME-test-labels.npy and, for some, NAME-text.npy. Nothing here is shared
with the executable: scikit-learn fits the probe, NumPy does the rest, in f64. Settings that are chosen are chosen on four
shots of each class, with twelve left to learn from. Exit status 1 when an accuracy differs by more than 0.1 points.
Needs numpy and scikit-learn.
"""

import argparse
import json
import math
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from sklearn.linear_model import LogisticRegression

SCALE = 100.0
TOLERANCE = 0.1


def load(folder, name):
    path = folder / f"{name}.npy"
    return np.load(path).astype(np.float64) if path.exists() else None


def unit(rows):
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def accuracy(logits, labels):
    return 100 * (logits.argmax(1) == labels).mean()


def probe(train, labels, c):
    # A tolerance below the default: the optimum, and not where a solver happens to stop; CoOp's number of steps.
    fitted = LogisticRegression(C=c, tol=1e-6, max_iter=1000).fit(train, labels)
    return lambda rows: rows @ fitted.coef_.T + fitted.intercept_


def searched_probe(train, labels, validation, validation_labels):
    """CoOp's lpclip: seven powers of ten, then eight halvings of the interval around the best."""
    known = {}

    def score(c):
        if c not in known:
            known[c] = accuracy(probe(train, labels, c)(validation), validation_labels)
        return known[c]

    grid = [1e6, 1e4, 1e2, 1, 1e-2, 1e-4, 1e-6]
    peak = grid[int(np.argmax([score(c) for c in grid]))]
    left, right = 0.1 * peak, 10 * peak
    for _ in range(8):
        middle = math.sqrt(left * right)
        if score(left) >= score(right):
            chosen, right = left, middle
        else:
            chosen, left = right, middle
    return chosen, probe(train, labels, chosen)


def tip(images, keys, values, text, alpha, beta):
    return SCALE * images @ text.T + alpha * np.exp(-beta * (1 - images @ keys.T)) @ values


def searched_tip(keys, values, text, validation, labels):
    words, affinity = SCALE * validation @ text.T, validation @ keys.T
    best = (-1.0, 0.0, 0.0)
    for beta in [i * 6.9 / 200 + 0.1 for i in range(200)]:
        cache = np.exp(-beta * (1 - affinity)) @ values
        for alpha in [i * 2.9 / 20 + 0.1 for i in range(20)]:
            found = accuracy(words + alpha * cache, labels)
            if found > best[0]:
                best = (found, alpha, beta)
    return best[1:]


def task_residual(images, labels, text, epochs=200, alpha=0.5, seed=1):
    """TaskRes with Adam, L2 decay 5e-4, batches of 256 in an order of its own."""
    random = np.random.default_rng(seed)
    residual, mean, square, step = np.zeros_like(text), np.zeros_like(text), np.zeros_like(text), 0
    count, size = len(images), 256
    for epoch in range(1, epochs + 1):
        rate = 1e-5 if epoch == 1 else 0.002 / 2 * (1 + math.cos(math.pi * (epoch - 2) / epochs))
        order = random.permutation(count)
        for start in range(0, max(count // size, 1) * size, size):
            rows = order[start:start + size]
            full = text + alpha * residual
            lengths = np.linalg.norm(full, axis=1, keepdims=True)
            directions = full / lengths
            logits = SCALE * images[rows] @ directions.T
            logits -= logits.max(1, keepdims=True)
            p = np.exp(logits)
            p /= p.sum(1, keepdims=True)
            p[np.arange(len(rows)), labels[rows]] -= 1
            slope = SCALE * p.T @ images[rows] / len(rows)
            slope = alpha * (slope - directions * (slope * directions).sum(1, keepdims=True)) / lengths
            slope += 5e-4 * residual
            step += 1
            mean = 0.9 * mean + 0.1 * slope
            square = 0.999 * square + 0.001 * slope**2
            residual -= rate / (1 - 0.9**step) * mean / (np.sqrt(square / (1 - 0.999**step)) + 1e-8)
    return unit(text + alpha * residual)


def executable(binary, *arguments):
    outcome = subprocess.run([binary, *map(str, arguments), "--format", "json"], capture_output=True, text=True)
    if outcome.returncode != 0:
        sys.exit(f"check_classifiers: {outcome.stderr.strip()}")
    return json.loads(outcome.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--features", type=pathlib.Path, required=True)
    parser.add_argument("--promptlens", default=".build/release/promptlens")
    options = parser.parse_args()
    names = sorted(path.name.removesuffix("-test-images.npy") for path in options.features.glob("*-test-images.npy"))
    rows, agree = [], True

    def compare(name, what, expected, found, settings=""):
        nonlocal agree
        difference = abs(expected - 100 * found)
        agree &= difference <= TOLERANCE
        rows.append((name, what, f"{expected:.2f}", f"{100 * found:.2f}", f"{difference:.2f}", settings))

    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        for name in names:
            train, test = (load(options.features, f"{name}-{part}-images") for part in ("16shot", "test"))
            labels, test_labels = (
                load(options.features, f"{name}-{part}-labels").astype(int) for part in ("16shot", "test"))
            text = load(options.features, f"{name}-text")
            file = lambda part: options.features / f"{name}-{part}.npy"  # noqa: E731
            arrays = ["--test-features", file("test-images"), "--test-labels", file("test-labels")]
            given = ["--train-features", file("16shot-images"), "--train-labels", file("16shot-labels"), *arrays]

            def run(method, *more, arrays=given):
                return executable(
                    options.promptlens, "probe", *arrays, "--method", method, *more, "--output", scratch / "run")

            for c in (1.0, 100.0):
                expected = accuracy(probe(train, labels, c)(test), test_labels)
                compare(name, f"linear probe, C = {c:g}", expected, run("linear", "--c", c)["accuracy"])

            # Twelve shots to learn from, four to choose settings on.
            kept = np.concatenate([np.flatnonzero(labels == k)[:12] for k in range(labels.max() + 1)])
            left = np.setdiff1d(np.arange(len(labels)), kept)
            for part, chosen in (("train", kept), ("validation", left)):
                np.save(scratch / f"{part}-images.npy", train[chosen].astype(np.float32))
                np.save(scratch / f"{part}-labels.npy", labels[chosen])
            parts = [
                "--train-features", scratch / "train-images.npy", "--train-labels", scratch / "train-labels.npy",
                "--validation-features", scratch / "validation-images.npy",
                "--validation-labels", scratch / "validation-labels.npy", *arrays]
            c, fitted = searched_probe(train[kept], labels[kept], train[left], labels[left])
            found = run("linear", arrays=parts)
            compare(
                name, "linear probe, C searched", accuracy(fitted(test), test_labels), found["accuracy"],
                f"C {c:.4g} and {found['settings']['C']:.4g}")
            if text is None:
                continue

            words, images, others = unit(text), unit(train), unit(test)
            zero_shot = executable(
                options.promptlens, "zero-shot", "--features", file("test-images"), "--labels", file("test-labels"),
                "--text-features", file("text"))
            compare(name, "zero-shot", accuracy(others @ words.T, test_labels), zero_shot["accuracy"])
            values, more = np.eye(len(text))[labels], ["--text-features", file("text")]
            compare(
                name, "Tip-Adapter, α = 1.17, β = 1",
                accuracy(tip(others, images, values, words, 1.17, 1.0), test_labels), run("tip-adapter", *more)["accuracy"])
            alpha, beta = searched_tip(images[kept], values[kept], words, images[left], labels[left])
            found = run("tip-adapter", *more, arrays=parts)
            compare(
                name, "Tip-Adapter, searched",
                accuracy(tip(others, images[kept], values[kept], words, alpha, beta), test_labels), found["accuracy"],
                f"α {alpha:.3f} and {found['settings']['alpha']:.3f}, β {beta:.3f} and {found['settings']['beta']:.3f}")
            compare(
                name, "TaskRes", accuracy(others @ task_residual(images, labels, text).T, test_labels),
                run("taskres", *more)["accuracy"])

    widths = [max(len(row[column]) for row in rows) for column in range(6)]
    for row in [("data", "classifier", "Python", "promptlens", "differ", "settings")] + rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
    sys.exit(0 if agree else 1)


if __name__ == "__main__":
    main()

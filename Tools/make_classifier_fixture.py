"""Fits classifiers of image features with scikit-learn and PyTorch, for the tests to fit the same ones again.

    python Tools/make_classifier_fixture.py      # writes Tests/Fixtures/classifiers/expected.json

Everything is computed in f64 from numbers with six digits. Batches are all images, so that their order does not matter.
Needs what Tools/requirements-fixtures.txt pins.
"""

import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.linear_model import LogisticRegression

OUTPUT = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Fixtures" / "classifiers" / "expected.json"
WAYS, SHOTS, WIDTH, SCALE = 3, 6, 8, 20.0


def six(array):
    return torch.tensor(np.round(array, 6), dtype=torch.float64)


def plain(tensor):
    return np.round(np.asarray(tensor.detach() if torch.is_tensor(tensor) else tensor), 9).tolist()


def unit(rows):
    return F.normalize(rows, dim=-1)


def tip_logits(features, keys, values, text, alpha, beta):
    cache = torch.exp(-beta * (1 - features @ keys.T)) @ values
    return SCALE * features @ text.T + alpha * cache


def rate(epoch, epochs, peak):
    """Dassl's constant warm-up of one epoch at 1e-5, then the cosine from its top; epochs from 1."""
    return 1e-5 if epoch == 1 else peak / 2 * (1 + math.cos(math.pi * (epoch - 2) / epochs))


def tip_adapter_f(images, labels, values, text, epochs=20):
    keys = torch.nn.Parameter(images.clone())
    optimizer = torch.optim.AdamW([keys], lr=0.001, eps=1e-4)
    scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs)
    for _ in range(epochs):
        optimizer.zero_grad()
        F.cross_entropy(tip_logits(images, keys, values, text, 1.17, 1.0), labels).backward()
        optimizer.step()
        scheduler.step()
    return keys


def task_residual(images, labels, text, epochs):
    residual = torch.nn.Parameter(torch.zeros_like(text))
    optimizer = torch.optim.Adam([residual], lr=0.002, weight_decay=5e-4)
    for epoch in range(1, epochs + 1):
        optimizer.param_groups[0]["lr"] = rate(epoch, epochs, 0.002)
        optimizer.zero_grad()
        F.cross_entropy(SCALE * images @ unit(text + 0.5 * residual).T, labels).backward()
        optimizer.step()
    return unit(text + 0.5 * residual)


def clip_adapter(features, down, up, text, ratio=0.2):
    adapted = torch.relu(torch.relu(features @ down.T) @ up.T)
    return SCALE * unit(ratio * adapted + (1 - ratio) * features) @ text.T


def lp_plus_plus(images, labels, values, text, steps):
    count = len(images)
    weights = torch.nn.Parameter(values.T @ images)
    words = images @ text.T
    means = (values * words).sum(0) / values.sum(0)
    blend = torch.nn.Parameter(torch.full((WAYS,), 250 * means.mean().item(), dtype=torch.float64))
    weight_rate = 4 * count / torch.linalg.eigvalsh(images.T @ images).max()
    blend_rate = count / (4 * (words**2).sum(0).max())
    optimizer = torch.optim.SGD([weights], weight_rate.item(), momentum=0.9)
    for step in range(1, steps + 1):
        optimizer.zero_grad()
        blend.grad = None
        F.cross_entropy(images @ weights.T + blend * words, labels).backward()
        optimizer.step()
        if step % 10 == 0:
            blend.data -= blend_rate * blend.grad
    return weights, blend, weight_rate, blend_rate


def with_gradient(loss, *parameters):
    gradients = torch.autograd.grad(loss, parameters)
    return {"loss": loss.item(), "gradient": [value for part in gradients for value in plain(part.flatten())]}


def main():
    random = np.random.default_rng(20240717)
    text = six(random.normal(size=(WAYS, WIDTH)) * 3)
    labels = torch.arange(WAYS).repeat(SHOTS)
    centres = random.normal(size=(WAYS, WIDTH)) + 0.4 * text.numpy()
    features = six(centres[labels.numpy()] + random.normal(size=(len(labels), WIDTH)))
    test = six(random.normal(size=(5, WIDTH)) * 2)
    images, words, values = unit(features), unit(text), F.one_hot(labels).double()

    regressions = []
    for inverse in (1.0, 0.05, 50.0):
        fitted = LogisticRegression(C=inverse, tol=1e-12, max_iter=100_000).fit(features.numpy(), labels.numpy())
        regressions.append(
            {"C": inverse, "weights": plain(fitted.coef_.ravel()), "bias": plain(fitted.intercept_)})

    keys = torch.nn.Parameter(six(images.numpy() + 0.1 * random.normal(size=images.shape)))
    down = torch.nn.Parameter(six(random.normal(size=(2, WIDTH)) / 2))
    up = torch.nn.Parameter(six(random.normal(size=(WIDTH, 2)) / 2))
    residual = torch.nn.Parameter(six(random.normal(size=text.shape) / 2))
    weights = torch.nn.Parameter(six(words.numpy() + 0.1 * random.normal(size=text.shape)))
    samples = torch.cat([images, words])
    lp_weights, lp_blend, weight_rate, blend_rate = lp_plus_plus(images, labels, values, words, 25)

    expected = {
        "computed_by": "scikit-learn and PyTorch", "ways": WAYS, "scale": SCALE,
        "features": plain(features), "labels": labels.tolist(), "text": plain(text), "test": plain(test),
        "logistic_regression": regressions,
        "tip_adapter": {
            "logits": plain(tip_logits(unit(test), images, values, words, 2.5, 3.5)), "alpha": 2.5, "beta": 3.5},
        "tip_adapter_f": {
            "keys": plain(keys),
            **with_gradient(F.cross_entropy(tip_logits(images, keys, values, words, 2.5, 3.5), labels), keys),
            "learned_keys": plain(tip_adapter_f(images, labels, values, words))},
        "taskres": {
            "residuals": plain(residual),
            **with_gradient(F.cross_entropy(SCALE * images @ unit(text + 0.5 * residual).T, labels), residual),
            "epochs": 12, "learned_weights": plain(task_residual(images, labels, text, 12))},
        "clip_adapter": {
            "down": plain(down), "up": plain(up),
            **with_gradient(F.cross_entropy(clip_adapter(features, down, up, words), labels), down, up),
            "logits": plain(clip_adapter(test, down, up, words))},
        "lp++": {
            "steps": 25, "weights": plain(lp_weights), "blend": plain(lp_blend),
            "weight_rate": weight_rate.item(), "blend_rate": blend_rate.item()},
        "cross_modal": {
            "weights": plain(weights),
            **with_gradient(
                F.cross_entropy(SCALE * samples @ weights.T, torch.cat([labels, torch.arange(WAYS)])), weights)},
    }
    OUTPUT.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(value)}" for name, value in expected.items())
    OUTPUT.write_text(f"{{\n{lines}\n}}\n")


if __name__ == "__main__":
    main()

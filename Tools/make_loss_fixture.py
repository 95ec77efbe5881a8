"""Writes Tests/Fixtures/losses/losses.json: losses of noisy labels and their gradients, by PyTorch's autograd in f64,
plans of optimal transport by plain Sinkhorn scaling in NumPy, and NLPrompt's splits and losses of them.

Each loss is written here as its paper has it, from probabilities; the Swift code works with log-probabilities and
gradients by hand.

    python Tools/make_loss_fixture.py
"""

import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

FOLDER = pathlib.Path(__file__).parent.parent / "Tests/Fixtures/losses"


def ce(z, y):
    return F.cross_entropy(z, y, reduction="none")


def gce(q):
    def loss(z, y):
        p = F.softmax(z, 1).gather(1, y[:, None])[:, 0]
        return (1 - p**q) / q

    return loss


def mae(z, y):
    return F.l1_loss(F.softmax(z, 1), F.one_hot(y, z.shape[1]).to(z), reduction="none").sum(1)


def rce(z, y):
    label = F.one_hot(y, z.shape[1]).to(z).clamp(min=1e-4, max=1.0)
    return -(F.softmax(z, 1) * label.log()).sum(1)


def sce(alpha, beta):
    return lambda z, y: alpha * ce(z, y) + beta * rce(z, y)


def nce_rce(alpha, beta):
    def loss(z, y):
        log_p = F.log_softmax(z, 1)
        return alpha * log_p.gather(1, y[:, None])[:, 0] / log_p.sum(1) + beta * rce(z, y)

    return loss


def phuber(tau):
    def loss(z, y):
        p = F.softmax(z, 1).gather(1, y[:, None])[:, 0]
        return torch.where(p <= 1 / tau, -tau * p + np.log(tau) + 1, -p.log())

    return loss


def smoothing(epsilon):
    return lambda z, y: F.cross_entropy(z, y, reduction="none", label_smoothing=epsilon)


LOSSES = {
    "ce": ce, "gce:0.7": gce(0.7), "gce:0.5": gce(0.5), "gce:1": gce(1.0), "mae": mae, "sce:0.1:1": sce(0.1, 1),
    "sce:6:0.1": sce(6, 0.1), "nce-rce:1:1": nce_rce(1, 1), "nce-rce:10:0.1": nce_rce(10, 0.1),
    "phuber-ce:10": phuber(10), "phuber-ce:2": phuber(2), "smoothing:0.1": smoothing(0.1),
}


def sinkhorn(cost, regularization, budget):
    """The plan by scaling of the kernel, after a column that takes what is left over."""
    rows, columns = cost.shape
    b = np.full(columns, budget / columns)
    if budget < 1:
        cost = np.concatenate([cost, np.zeros((rows, 1))], 1)
        b = np.append(b, 1 - budget)
    kernel = np.exp(-cost / regularization)
    v = np.ones(len(b))
    for _ in range(20000):
        u = (1 / rows) / (kernel @ v)
        v = b / (kernel.T @ u)
    u = (1 / rows) / (kernel @ v)
    return (u[:, None] * kernel * v[None])[:, :columns]


def transport_split(logits, labels, budget, regularization=0.1, iterations=200):
    """NLPrompt's split: images whose row of the plan is largest at their label, among those that are transported most."""
    probability = torch.softmax(torch.tensor(logits, dtype=torch.float64), 1).numpy()
    rows, columns = probability.shape
    kernel = probability ** (1 / regularization)
    b = np.full(columns, budget / columns)
    if budget < 1:
        kernel = np.concatenate([kernel, np.ones((rows, 1))], 1)
        b = np.append(b, 1 - budget)
    v = np.ones(len(b))
    for _ in range(iterations):
        u = (1 / rows) / (kernel @ v)
        v = b / (kernel.T @ u)
    plan = (u[:, None] * kernel * v[None])[:, :columns]
    clean = np.zeros(rows, bool)
    for image in np.argsort(-plan.sum(1), kind="stable")[: int(np.ceil(budget * rows))]:
        clean[image] = plan[image].argmax() == labels[image]
    return clean


def transport_loss(logits, labels, clean):
    """Cross-entropy of the clean images and 1 - p of the rest, and the gradient of their mean."""
    z = torch.tensor(logits, dtype=torch.float64).requires_grad_()
    y = torch.tensor(labels)
    p = torch.softmax(z, 1).gather(1, y[:, None])[:, 0]
    rows = torch.where(torch.tensor(clean), -p.log(), 1 - p)
    rows.mean().backward()
    return rows.detach(), z.grad


def transports():
    """Splits and losses of images whose labels are in part wrong, at the budgets of several epochs."""
    generator = np.random.default_rng(7)
    true = np.arange(24) % 4
    logits = (generator.standard_normal((24, 4)) * 2 + 3 * np.eye(4)[true] + [1.5, 0, 0, 0]).astype(np.float32)
    labels = np.where(np.arange(24) % 3 == 0, (true + 1 + np.arange(24) // 12) % 4, true)
    cases = []
    for budget in (0.3, 0.65, 1.0):
        clean = transport_split(logits, labels, budget)
        rows, gradient = transport_loss(logits, labels, clean)
        cases.append({
            "budget": budget, "clean": clean.tolist(), "rows": rows.tolist(), "mean": rows.mean().item(),
            "gradient": gradient.flatten().tolist(),
        })
    return {"logits": logits.flatten().tolist(), "ways": 4, "labels": labels.tolist(), "cases": cases}


def main():
    generator = torch.Generator().manual_seed(1)
    logits = (torch.randn(6, 5, generator=generator) * 4).float()
    logits[5] = torch.tensor([30.0, -30, 0, 1, 2])
    labels = torch.tensor([0, 3, 4, 2, 1, 1])
    weights = torch.tensor([1, 0.5, 2, 0, 1.5, 1])
    cases = []
    for name, loss in LOSSES.items():
        z = logits.double().requires_grad_()
        rows = loss(z, labels)
        mean = (rows * weights.double()).mean()
        mean.backward()
        cases.append({"name": name, "rows": rows.tolist(), "mean": mean.item(), "gradient": z.grad.flatten().tolist()})
    cost = -F.log_softmax(torch.randn(7, 3, generator=generator).double(), 1)
    plans = [
        {"regularization": e, "budget": b, "plan": sinkhorn(cost.numpy(), e, b).flatten().tolist()}
        for e in (0.2, 1.0) for b in (0.4, 1.0)
    ]
    FOLDER.mkdir(exist_ok=True)
    document = {
        "logits": logits.flatten().tolist(), "ways": 5, "labels": labels.tolist(), "weights": weights.tolist(),
        "losses": cases, "cost": cost.flatten().tolist(), "plans": plans,
        "transport": transports(),
    }
    (FOLDER / "losses.json").write_text(json.dumps(document) + "\n")


if __name__ == "__main__":
    main()

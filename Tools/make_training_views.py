"""Records what torchvision's training transform makes of the images of Tests/Fixtures/images, with its random numbers.

    python Tools/make_training_views.py      # writes Tests/Fixtures/training-views.json and training-views.npy

For each view: the numbers that torchvision drew, in order (the area, the logarithm of the ratio, up to ten times; the
corner; the flip), the rectangle, and the bytes of the resized and flipped crop. Needs PyTorch, torchvision and Pillow,
as Tools/requirements-fixtures.txt pins them.
"""

import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torchvision import transforms
from torchvision.transforms import InterpolationMode

FIXTURES = Path(__file__).resolve().parent.parent / "Tests" / "Fixtures"
RESOLUTION = 16
SIZES = [(1, 1), (2, 40), (40, 2), (17, 13), (300, 20), (20, 300), (640, 480), (333, 500), (7, 9), (1000, 1)]


class Recorder:
    """Stands in for PyTorch's generators and keeps what they gave."""

    def __init__(self):
        self.numbers = []
        self.uniform, self.randint, self.rand = torch.Tensor.uniform_, torch.randint, torch.rand

    def __enter__(self):
        def uniform_(tensor, low=0.0, high=1.0):
            result = self.uniform(tensor, float(low), float(high))
            self.numbers.append(result.item())
            return result

        def randint(low, high, size):
            result = self.randint(low, high, size)
            self.numbers.append(result.item())
            return result

        def rand(*size):
            result = self.rand(*size)
            self.numbers.append(result.item())
            return result

        torch.Tensor.uniform_, torch.randint, torch.rand = uniform_, randint, rand
        return self

    def __exit__(self, *_):
        torch.Tensor.uniform_, torch.randint, torch.rand = self.uniform, self.randint, self.rand


def view(image, crop, flip):
    with Recorder() as recorder:
        box = crop.get_params(image, crop.scale, crop.ratio)
        resized = transforms.functional.resized_crop(image, *box, crop.size, crop.interpolation)
        pixels = np.asarray(flip(resized))
    return recorder.numbers, list(box), pixels


def main():
    torch.manual_seed(20)
    crop = transforms.RandomResizedCrop(RESOLUTION, interpolation=InterpolationMode.BICUBIC)
    flip = transforms.RandomHorizontalFlip()
    boxes, views, pixels = [], [], []
    for width, height in SIZES:
        for _ in range(40):
            with Recorder() as recorder:
                box = crop.get_params(Image.new("RGB", (width, height)), crop.scale, crop.ratio)
            boxes.append({"width": width, "height": height, "numbers": recorder.numbers, "box": list(box)})
    for name in ["baseline-420.jpg", "rgb-8-bit.png", "cmyk.jpg", "wide.png", "tall.png", "lossy.webp", "gray.jpg"]:
        image = Image.open(FIXTURES / "images" / name).convert("RGB")
        for _ in range(8):
            numbers, box, view_pixels = view(image, crop, flip)
            views.append({"file": name, "numbers": numbers, "box": box})
            pixels.append(view_pixels)
    document = {"resolution": RESOLUTION, "boxes": boxes, "views": views}
    (FIXTURES / "training-views.json").write_text(json.dumps(document) + "\n")
    np.save(FIXTURES / "training-views.npy", np.stack(pixels))


if __name__ == "__main__":
    main()

"""open_clip's models of full size with random weights, for the scripts that compare with them.

A model's scales are those of its library's own initialization, except for what that leaves without effect: batch norms, layer
scale, and tables of zeros.
"""

import json

import open_clip
import torch

# The families whose image tower is one of the timm library, a member of each.
FAMILIES = ["convnext_base_w", "EVA02-B-16", "PE-Core-B-16", "ViTamin-S", "MobileCLIP-B"]
# What open_clip would take from a published file's entry in its list.
PREPROCESSING = {
    "PE-Core": {"mean": (0.5,) * 3, "std": (0.5,) * 3, "interpolation": "bilinear", "resize_mode": "squash"},
    "MobileCLIP": {"mean": (0.0,) * 3, "std": (1.0,) * 3, "interpolation": "bilinear", "resize_mode": "shortest"},
}


def make(name, seed=3):
    """open_clip's model in f32 on the CPU, in evaluation mode."""
    torch.manual_seed(seed)
    model = open_clip.create_model(name, pretrained=None).eval()
    with torch.no_grad():
        for module in model.modules():
            if isinstance(module, torch.nn.BatchNorm2d):
                # As they are made, they normalize nothing, and the last of a block removes its branch.
                module.running_mean.normal_(0, 0.1)
                module.running_var.uniform_(0.5, 1.5)
                module.weight.uniform_(0.5, 1.5)
        for parameter_name, parameter in model.named_parameters():
            if parameter_name.endswith("gamma"):
                parameter.normal_(0, 0.3)
            elif parameter.ndim > 0 and not parameter.any():
                parameter.normal_(0, 0.02)
    return model


def preprocessing(name):
    """`preprocess_cfg` of a published model of this name."""
    stated = next((value for prefix, value in PREPROCESSING.items() if name.startswith(prefix)), {})
    return {
        "mean": open_clip.OPENAI_DATASET_MEAN, "std": open_clip.OPENAI_DATASET_STD, "interpolation": "bicubic",
        "resize_mode": "shortest", **stated,
    }


def transform(name, model):
    """open_clip's evaluation transform for a published model of this name."""
    stated = preprocessing(name)
    return open_clip.image_transform(
        model.visual.image_size, is_train=False, mean=stated["mean"], std=stated["std"],
        interpolation=stated["interpolation"], resize_mode=stated["resize_mode"])


def write_configuration(name, folder):
    """Writes `open_clip_config.json` as open_clip pushes it, and returns its path."""
    path = folder / "open_clip_config.json"
    document = {"model_cfg": open_clip.get_model_config(name), "preprocess_cfg": preprocessing(name)}
    path.write_text(json.dumps(document))
    return path

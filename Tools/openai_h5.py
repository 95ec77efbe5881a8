"""Writing and reading an HDF5 file whose data sets are named as OpenAI's state dict.

Imported by the scripts that make, check or time such models. Needs h5py and numpy.
"""

import h5py
import numpy

SINGLE_PRECISION = ("ln_", ".bn", "downsample.1.", "positional_embedding", "class_embedding", "logit_scale")


def stored(name, value, half_tokens):
    """The array in the precision that OpenAI's files give to this name."""
    if value.dtype != numpy.float32 or any(part in name for part in SINGLE_PRECISION):
        return value
    if name == "token_embedding.weight" and not half_tokens:
        return value
    return value.astype(numpy.float16)


def write_model(path, state, half_tokens=False, scalars=None, attributes=None):
    """Writes one data set for each tensor, `scalars` as int64, and the attributes."""
    with h5py.File(path, "w") as file:
        for name, value in state.items():
            file.create_dataset(name, data=stored(name, numpy.asarray(value), half_tokens))
        for name, value in (scalars or {}).items():
            file.create_dataset(name, data=numpy.int64(value))
        for name, value in (attributes or {}).items():
            file.attrs[name] = value


def read_model(path):
    """The tensors by name, and whether the activation is QuickGELU (it is, where the file does not say).

    Raises ValueError for an unknown activation and for a number type that numpy does not have (bf16).
    """
    with h5py.File(path) as file:
        state = {name: dataset[()] for name, dataset in file.items() if isinstance(dataset, h5py.Dataset)}
        activation = file.attrs.get("activation", "quick_gelu")
    activation = activation.decode() if isinstance(activation, bytes) else str(activation)
    if activation not in ("quick_gelu", "gelu"):
        raise ValueError(f"the activation is {activation!r}; quick_gelu and gelu are known")
    for name, value in state.items():
        if value.dtype not in (numpy.float16, numpy.float32, numpy.int64):
            raise ValueError(f"{name} is neither f16, f32 nor int64; convert the model with --dtype f32")
    return state, activation == "quick_gelu"

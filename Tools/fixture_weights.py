"""Random CLIP weights under OpenAI's names: seeded, and every number representable in f16.

Imported by the make_*_fixtures.py scripts, which need one set of numbers in several file formats, and by
benchmarks/towers.py for models of full size. Needs numpy only.
"""

import dataclasses
import math

import numpy

CONTEXT_LENGTH = 77
HEAD_WIDTH = 64
LOGIT_SCALE = 2.66015625


@dataclasses.dataclass(frozen=True)
class Architecture:
    """The sizes of one CLIP. `patch` is None for a ModifiedResNet, whose `vision_layers` are then four numbers."""

    image: int
    patch: int | None
    vision_width: int
    vision_layers: int | tuple
    text_width: int
    text_layers: int
    embed: int
    vocabulary: int

    @property
    def positions(self):
        """How many positions the image tower attends over."""
        return (self.image // (self.patch or 32)) ** 2 + 1


class Draw:
    """Draws tensors one after the other from one generator, rounded to f16 and returned as f32."""

    def __init__(self, seed):
        """Starts the generator."""
        self.generator = numpy.random.Generator(numpy.random.PCG64(seed))

    def normal(self, *shape, scale, centre=0.0):
        """Normal numbers around `centre`."""
        values = self.generator.standard_normal(shape, dtype=numpy.float32) * scale + centre
        return values.astype(numpy.float16).astype(numpy.float32)

    def uniform(self, *shape, low, high):
        """Uniform numbers between `low` and `high`."""
        values = self.generator.random(shape, dtype=numpy.float32) * (high - low) + low
        return values.astype(numpy.float16).astype(numpy.float32)


def random_state(architecture, seed):
    """A whole state dict, name to f32 array (`num_batches_tracked` int64), in OpenAI's shapes."""
    draw = Draw(seed)
    state = {"logit_scale": numpy.float32(LOGIT_SCALE)}
    add_text_tower(state, draw, architecture)
    if architecture.patch is None:
        add_residual_network(state, draw, architecture)
    else:
        add_vision_transformer(state, draw, architecture)
    return state


def add_text_tower(state, draw, architecture):
    """Token and position tables, blocks, the final norm and the projection."""
    width = architecture.text_width
    state["token_embedding.weight"] = draw.normal(architecture.vocabulary, width, scale=0.5)
    state["positional_embedding"] = draw.normal(CONTEXT_LENGTH, width, scale=0.25)
    for layer in range(architecture.text_layers):
        add_block(state, draw, f"transformer.resblocks.{layer}", width)
    add_norm(state, draw, "ln_final", width)
    state["text_projection"] = draw.normal(width, architecture.embed, scale=width**-0.5)


def add_vision_transformer(state, draw, architecture):
    """Patches, class embedding, positions, blocks, both norms and the projection."""
    width, patch = architecture.vision_width, architecture.patch
    state["visual.class_embedding"] = draw.normal(width, scale=0.5)
    state["visual.positional_embedding"] = draw.normal(architecture.positions, width, scale=0.25)
    state["visual.conv1.weight"] = draw.normal(width, 3, patch, patch, scale=(3 * patch * patch) ** -0.5)
    add_norm(state, draw, "visual.ln_pre", width)
    for layer in range(architecture.vision_layers):
        add_block(state, draw, f"visual.transformer.resblocks.{layer}", width)
    add_norm(state, draw, "visual.ln_post", width)
    state["visual.proj"] = draw.normal(width, architecture.embed, scale=width**-0.5)


def add_block(state, draw, prefix, width):
    """One residual attention block."""
    add_norm(state, draw, f"{prefix}.ln_1", width)
    state[f"{prefix}.attn.in_proj_weight"] = draw.normal(3 * width, width, scale=width**-0.5)
    state[f"{prefix}.attn.in_proj_bias"] = draw.normal(3 * width, scale=0.1)
    add_linear(state, draw, f"{prefix}.attn.out_proj", width, width)
    add_norm(state, draw, f"{prefix}.ln_2", width)
    add_linear(state, draw, f"{prefix}.mlp.c_fc", 4 * width, width)
    add_linear(state, draw, f"{prefix}.mlp.c_proj", width, 4 * width)


def add_residual_network(state, draw, architecture):
    """The three-convolution stem, four stages of bottlenecks, and attention pooling."""
    width = architecture.vision_width
    for index, (outputs, inputs) in enumerate([(width // 2, 3), (width // 2, width // 2), (width, width // 2)], 1):
        add_convolution(state, draw, f"visual.conv{index}", outputs, inputs, 3)
        add_batch_norm(state, draw, f"visual.bn{index}", outputs)
    inputs = width
    for stage, blocks in enumerate(architecture.vision_layers, 1):
        planes = width * 2 ** (stage - 1)
        for block in range(blocks):
            prefix = f"visual.layer{stage}.{block}"
            for index, (rows, columns, size) in enumerate(
                [(planes, inputs, 1), (planes, planes, 3), (4 * planes, planes, 1)], 1
            ):
                add_convolution(state, draw, f"{prefix}.conv{index}", rows, columns, size)
                add_batch_norm(state, draw, f"{prefix}.bn{index}", rows)
            if block == 0:
                add_convolution(state, draw, f"{prefix}.downsample.0", 4 * planes, inputs, 1)
                add_batch_norm(state, draw, f"{prefix}.downsample.1", 4 * planes)
            inputs = 4 * planes
    state["visual.attnpool.positional_embedding"] = draw.normal(architecture.positions, inputs, scale=0.25)
    for name in ["k_proj", "q_proj", "v_proj"]:
        add_linear(state, draw, f"visual.attnpool.{name}", inputs, inputs)
    add_linear(state, draw, "visual.attnpool.c_proj", architecture.embed, inputs)


def add_linear(state, draw, prefix, rows, columns):
    """A weight [rows, columns] and a bias [rows]."""
    state[f"{prefix}.weight"] = draw.normal(rows, columns, scale=columns**-0.5)
    state[f"{prefix}.bias"] = draw.normal(rows, scale=0.1)


def add_norm(state, draw, prefix, width):
    """A layer norm's scale and shift."""
    state[f"{prefix}.weight"] = draw.normal(width, scale=0.1, centre=1.0)
    state[f"{prefix}.bias"] = draw.normal(width, scale=0.1)


def add_convolution(state, draw, prefix, outputs, inputs, size):
    """A kernel [outputs, inputs, size, size], scaled so that rectified signals keep their size."""
    state[f"{prefix}.weight"] = draw.normal(outputs, inputs, size, size, scale=math.sqrt(2 / (inputs * size * size)))


def add_batch_norm(state, draw, prefix, width):
    """A batch norm's scale, shift and running statistics; variances stay well away from zero."""
    add_norm(state, draw, prefix, width)
    state[f"{prefix}.running_mean"] = draw.normal(width, scale=0.1)
    state[f"{prefix}.running_var"] = draw.uniform(width, low=0.5, high=1.5)
    state[f"{prefix}.num_batches_tracked"] = numpy.int64(1)

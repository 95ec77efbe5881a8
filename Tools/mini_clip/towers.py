"""CLIP's towers under OpenAI's names, and the convolutional teacher of the image tower.

Source: Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021).
"""

import collections
import math

import torch
from torch import nn
from torch.nn import functional


class QuickGELU(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


class Block(nn.Module):
    """A residual attention block."""

    def __init__(self, width, causal):
        super().__init__()
        self.causal = causal
        self.heads = width // 64
        self.attn = nn.MultiheadAttention(width, self.heads)
        self.ln_1 = nn.LayerNorm(width)
        self.mlp = nn.Sequential(
            collections.OrderedDict(
                c_fc=nn.Linear(width, 4 * width), gelu=QuickGELU(), c_proj=nn.Linear(4 * width, width)
            )
        )
        self.ln_2 = nn.LayerNorm(width)

    def attention(self, x):
        batch, length, width = x.shape
        projected = functional.linear(x, self.attn.in_proj_weight, self.attn.in_proj_bias)
        split = projected.view(batch, length, 3, self.heads, 64).permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(*split, is_causal=self.causal)
        return self.attn.out_proj(mixed.transpose(1, 2).reshape(batch, length, width))

    def forward(self, x):
        x = x + self.attention(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class Transformer(nn.Module):
    def __init__(self, width, layers, causal):
        super().__init__()
        self.resblocks = nn.Sequential(*[Block(width, causal) for _ in range(layers)])
        for block in self.resblocks:
            nn.init.normal_(block.attn.in_proj_weight, std=width**-0.5)
            nn.init.normal_(block.attn.out_proj.weight, std=width**-0.5 * (2 * layers) ** -0.5)
            nn.init.normal_(block.mlp.c_fc.weight, std=(2 * width) ** -0.5)
            nn.init.normal_(block.mlp.c_proj.weight, std=width**-0.5 * (2 * layers) ** -0.5)

    def forward(self, x):
        return self.resblocks(x)


class VisionTower(nn.Module):
    def __init__(self, size, patch, width, layers, embed):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, patch, patch, bias=False)
        self.class_embedding = nn.Parameter(width**-0.5 * torch.randn(width))
        self.positional_embedding = nn.Parameter(width**-0.5 * torch.randn((size // patch) ** 2 + 1, width))
        self.ln_pre = nn.LayerNorm(width)
        self.transformer = Transformer(width, layers, causal=False)
        self.ln_post = nn.LayerNorm(width)
        self.proj = nn.Parameter(width**-0.5 * torch.randn(width, embed))

    def states(self, x):
        """The features, and each patch's state after half of the layers."""
        x = self.conv1(x).flatten(2).transpose(1, 2) + self.positional_embedding[1:]
        start = (self.class_embedding + self.positional_embedding[0]).expand(len(x), 1, -1).to(x.dtype)
        x = self.ln_pre(torch.cat([start, x], 1))
        blocks = self.transformer.resblocks
        for index, block in enumerate(blocks):
            x = block(x)
            if index + 1 == len(blocks) // 2:
                patches = x[:, 1:]
        return self.ln_post(x[:, 0]) @ self.proj, patches

    def forward(self, x):
        return self.states(x)[0]


class Teacher(nn.Module):
    """A small convolutional tower: it learns from few pictures, where a transformer needs many times as many."""

    def __init__(self, size, patch, embed):
        super().__init__()
        assert patch == 8, "its map of features has the transformer's patches"

        def layer(inputs, outputs):
            return nn.Sequential(
                nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
                nn.BatchNorm2d(outputs),
                nn.ReLU(),
                nn.MaxPool2d(2),
            )

        self.near = nn.Sequential(layer(3, 32), layer(32, 64), layer(64, 128))
        self.far = nn.Sequential(layer(128, 192), nn.Flatten(), nn.Linear(192 * (size // 16) ** 2, embed))

    def states(self, x):
        """The features, and the map with a column for each patch, [batch, patches, 128]."""
        near = self.near(x)
        return self.far(near), near.flatten(2).transpose(1, 2)

    def forward(self, x):
        return self.states(x)[0]


class CLIP(nn.Module):
    def __init__(self, embed, size, patch, vision_width, vision_layers, context, vocabulary, text_width, text_layers):
        super().__init__()
        self.visual = VisionTower(size, patch, vision_width, vision_layers, embed)
        self.token_embedding = nn.Embedding(vocabulary, text_width)
        self.positional_embedding = nn.Parameter(0.01 * torch.randn(context, text_width))
        self.transformer = Transformer(text_width, text_layers, causal=True)
        self.ln_final = nn.LayerNorm(text_width)
        self.text_projection = nn.Parameter(text_width**-0.5 * torch.randn(text_width, embed))
        self.logit_scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
        nn.init.normal_(self.token_embedding.weight, std=0.02)

    def encode_text(self, ids):
        """Padding stands behind the end of text, which has the largest id."""
        x = self.token_embedding(ids) + self.positional_embedding[: ids.shape[1]]
        x = self.ln_final(self.transformer(x))
        return x[torch.arange(len(ids)), ids.argmax(1)] @ self.text_projection

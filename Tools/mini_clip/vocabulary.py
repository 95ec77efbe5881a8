"""CLIP's byte-pair encoding, learned on captions.

Source: Sennrich et al., "Neural Machine Translation of Rare Words with Subword Units" (2016), as OpenAI's CLIP uses it.
"""

import collections
import math
import re

PATTERN = re.compile(r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[a-z]+|[0-9]|[^\sa-z0-9]+")


def byte_alphabet():
    """A printable character for each byte, in the order of OpenAI's ids."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [byte for byte in range(256) if byte not in printable]
    return [chr(byte) for byte in printable] + [chr(256 + index) for index in range(len(rest))]


class Vocabulary:
    """CLIP's byte-pair encoding: 256 bytes, 256 bytes that end a word, merges, start and end of text."""

    def __init__(self, merges):
        alphabet = byte_alphabet()
        self.merges = merges
        pieces = alphabet + [letter + "</w>" for letter in alphabet] + [left + right for left, right in merges]
        pieces += ["<|startoftext|>", "<|endoftext|>"]
        self.ids = {piece: index for index, piece in enumerate(pieces)}
        self.ranks = {pair: rank for rank, pair in enumerate(merges)}
        self.cache = {}

    def __len__(self):
        return len(self.ids)

    @classmethod
    def learn(cls, captions, size):
        """Learns merges, the most frequent pair first, of equal ones the alphabetically first."""
        counts = collections.Counter(word for caption in captions for word in PATTERN.findall(caption.lower()))
        words = [([*word[:-1], word[-1] + "</w>"], count) for word, count in sorted(counts.items())]
        merges = []
        while len(merges) < size - 514:
            pairs = collections.Counter()
            for pieces, count in words:
                for pair in zip(pieces, pieces[1:]):
                    pairs[pair] += count
            if not pairs:
                break
            best = min(pairs, key=lambda pair: (-pairs[pair], pair))
            merges.append(best)
            words = [(join(pieces, best), count) for pieces, count in words]
        return cls(merges)

    def encode(self, text):
        """The ids of a text, without start and end. Captions are ASCII, so letters are their bytes' characters."""
        ids = []
        for word in PATTERN.findall(text.lower()):
            if word not in self.cache:
                pieces = [*word[:-1], word[-1] + "</w>"]
                while len(pieces) > 1:
                    best = min(zip(pieces, pieces[1:]), key=lambda pair: self.ranks.get(pair, math.inf))
                    if best not in self.ranks:
                        break
                    pieces = join(pieces, best)
                self.cache[word] = [self.ids[piece] for piece in pieces]
            ids += self.cache[word]
        return ids

    def write(self, path):
        """Writes the merges as OpenAI does: a heading, then a pair on each line."""
        lines = ['"bpe_simple_vocab_16e6.txt#version: 0.2'] + [" ".join(pair) for pair in self.merges]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def join(pieces, pair):
    """The pieces with every occurrence of a pair made one piece."""
    joined, index = [], 0
    while index < len(pieces):
        if tuple(pieces[index : index + 2]) == pair:
            joined.append(pieces[index] + pieces[index + 1])
            index += 2
        else:
            joined.append(pieces[index])
            index += 1
    return joined

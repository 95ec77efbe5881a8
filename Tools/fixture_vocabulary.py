"""The fixtures' byte-pair vocabulary: learned here on a few sentences of our own.

Usage: python Tools/fixture_vocabulary.py FOLDER   (writes vocab.json, merges.txt and bpe.txt.gz; standard library only)

Built as CLIP's is: 256 byte symbols, the same with `</w>`, one entry for each merge, start and end. The merges
are not CLIP's; they are the most frequent pairs of TRAINING_TEXT, ties broken by the alphabet, so any Python gives the
same files.
"""

import argparse
import collections
import gzip
import itertools
import json
import pathlib
import re

MERGES = 48
CONTEXT_LENGTH = 77
START = "<|startoftext|>"
END = "<|endoftext|>"
VERSION_LINE = "#version: 0.2"
TRAINING_TEXT = """
a photo of a small boat on the lake. a photo of the red house on the hill. a drawing of a cat that sleeps near the
window. a drawing of two birds over the water. the painting shows a tall tree and a narrow road in the rain. the
photo shows a dog that runs on the sand. a bright photo of the old bridge in the morning. a dark photo of the long
street in the evening. a sketch of a horse in the field and of the fence around the field. there is a lamp on the
table, and there is a book near the lamp. the boat, the bird and the tree are in one photo.
"""


def byte_symbols():
    """The 256 printable stand-ins for bytes, in the order in which CLIP numbers them, keyed by byte."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    symbols = {byte: chr(byte) for byte in printable}
    symbols.update({byte: chr(256 + index) for index, byte in enumerate(others)})
    return symbols


def learn_merges(text=TRAINING_TEXT, count=MERGES):
    """The `count` most frequent pairs of `text`, one after the other, as byte-pair encoding learns them."""
    words = collections.Counter(re.findall(r"[a-z]+|[^\sa-z]+", text))
    pieces = {word: [*word[:-1], word[-1] + "</w>"] for word in words}
    merges = []
    while len(merges) < count:
        pairs = collections.Counter()
        for word, split in pieces.items():
            for pair in itertools.pairwise(split):
                pairs[pair] += words[word]
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        for word, split in pieces.items():
            pieces[word] = merged(split, best)
    return merges


def merged(split, pair):
    """`split` with every occurrence of `pair`, from the left, made one piece."""
    result = []
    for piece in split:
        if result and (result[-1], piece) == pair:
            result[-1] += piece
        else:
            result.append(piece)
    return result


def vocabulary(merges=None):
    """Every piece with its id, from pairs of pieces (ours, if none are given); start and end are the last two."""
    merges = learn_merges() if merges is None else merges
    symbols = list(byte_symbols().values())
    pieces = symbols + [symbol + "</w>" for symbol in symbols]
    pieces += [first + second for first, second in merges]
    pieces += [START, END]
    assert len(set(pieces)) == len(pieces), "a merge gave a piece that is there already"
    return {piece: index for index, piece in enumerate(pieces)}


def merges_lines(merges=None):
    """The lines of merges.txt: a version line, then one merge a line (ours, if none are given)."""
    return [VERSION_LINE, *(" ".join(merge) for merge in (learn_merges() if merges is None else merges))]


def write_json_vocabulary(path, merges=None):
    """Writes the vocabulary as one JSON object on one line, as transformers and Keras Hub do."""
    pathlib.Path(path).write_text(json.dumps(vocabulary(merges), ensure_ascii=False), encoding="utf-8")


def write_merges(path, merges=None):
    """Writes merges.txt, which ends with a newline."""
    pathlib.Path(path).write_text("\n".join(merges_lines(merges)) + "\n", encoding="utf-8")


def write_archive(path, lines):
    """Writes lines in the form of bpe_simple_vocab_16e6.txt.gz, with no name and no time in the archive.

    No newline ends the text: OpenAI's reader would take an empty last line for a merge.
    """
    pathlib.Path(path).write_bytes(gzip.compress("\n".join(lines).encode("utf-8"), mtime=0))


def write_all(folder):
    """Writes the three files into `folder`, which is made if it is not there."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write_json_vocabulary(folder / "vocab.json")
    write_merges(folder / "merges.txt")
    write_archive(folder / "bpe.txt.gz", merges_lines())


def main():
    """Reads the arguments and writes the files."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="where the three files go")
    write_all(parser.parse_args().folder)


if __name__ == "__main__":
    main()

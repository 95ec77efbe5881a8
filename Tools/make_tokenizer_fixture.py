#!/usr/bin/env python3
"""Writes Tests/Fixtures/tokenizer: a small vocabulary in every file form, and what other software makes of some texts.

    pip install tokenizers==0.23.3 ftfy==6.3.1 regex==2026.11.15
    python3 Tools/make_tokenizer_fixture.py     # Python 3.11

The merges are trained here on the sentences below. `openai` holds ids by OpenAI's recipe: ftfy, html and regex clean and
split, and `tokenizers` encodes each word. `huggingFace` holds ids by `tokenizers` alone, from tokenizer.json.
"""

import gzip
import html
import json
import pathlib
import platform
import unicodedata

import ftfy
import regex
import tokenizers
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

FOLDER = pathlib.Path(__file__).parent.parent / "Tests/Fixtures/tokenizer"
START, END = "<|startoftext|>", "<|endoftext|>"
WORDS = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
SPECIALS = r"<\|startoftext\|>|<\|endoftext\|>|"

SENTENCES = [
    "a photo of a cat", "a photo of a dog", "a photo of the small bird", "a blurry photo of a large dog",
    "a drawing of a cat", "the origami bird", "a good photo of the cat", "a black and white photo of a dog",
    "a bad photo of the flower, a type of flower", "a satellite photo of a river", "the toy train", "it's a train",
    "they're flowers and birds", "a close-up photo of the leopard", "a centered satellite photo of the forest",
    "a café with naïve drawings", "a photo of many trees", "a rendering of a house", "graffiti of a house",
]

TEXTS = [
    "a photo of a cat", "A Photo of THE Cat!", "  two\t spaces\n and lines ", "it's they're I'M we'll", "",
    "   ", "cats 1234 x2", "&lt;b&gt; &amp;amp; &eacute; &EACUTE; &#233; &#x80; &notit;", "<b>bold</b> &amp; more",
    "cafÃ© doesnâ€™t", "The Mona Lisa doesnÃƒÂ¢Ã¢â€šÂ¬Ã¢â€žÂ¢t", "voilÃ le travail", "â€œlikeâ€\ufffd",
    "\u201ccurly\u2019s\u201d \u2018quotes\u2019", "ﬁne ﬂow ﬃ ŉ Ǆ", "ＦＵＬＬ　ｗｉｄｔｈ ｶﾞ", "e\u0301 \uac00 \u1100\u1161",
    "\x1b[31mred\x1b[0m \x07bell\x7f", "\x93quoted\x94 \x85", "line\r\nbreak\u2028here\rnow", "\ufeffbom a\u200bb",
    "ΟΔΟΣ ΣΑΣ. Σ İ ẞ", "日本 写真 😀👨‍👩‍👧 привет", "a <|startoftext|> b <|EndOfText|> c <start_of_text> d",
    "'\u017f <|\u017ftartoftext|>", "x\u0345y \U000e0052", "١٢٣ ½ Ⅷ m²", "\U00010041\u0301 \u0958", "word" * 60,
]


def trained_merges():
    trainer = trainers.BpeTrainer(
        vocab_size=256 + 256 + 86, end_of_word_suffix="</w>", initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(WORDS), "removed", invert=True), pre_tokenizers.ByteLevel(False)]
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    return [tuple(merge) for merge in json.loads(tokenizer.to_str())["model"]["merges"]][:86]


def alphabet():
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [b for b in range(256) if b not in printable]
    return [chr(b) for b in printable] + [chr(0x100 + i) for i in range(len(others))]


def build(merges):
    pieces = alphabet() + [c + "</w>" for c in alphabet()] + ["".join(m) for m in merges] + [START, END]
    vocabulary = {piece: id for id, piece in enumerate(pieces)}
    assert len(vocabulary) == len(pieces)
    tokenizer = Tokenizer(
        models.BPE(vocabulary, merges, unk_token=END, continuing_subword_prefix="", end_of_word_suffix="</w>")
    )
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(SPECIALS + WORDS), "removed", invert=True), pre_tokenizers.ByteLevel(False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.RobertaProcessing(
        (END, vocabulary[END]), (START, vocabulary[START]), trim_offsets=False, add_prefix_space=False
    )
    tokenizer.add_special_tokens([START, END])
    return vocabulary, tokenizer


def cleaned(text):
    text = html.unescape(html.unescape(ftfy.fix_text(text))).strip()
    return regex.sub(r"\s+", " ", text).strip().lower()


def openai(text, vocabulary, model):
    printable = {ord(c): c for c in alphabet() if ord(c) < 0x100}
    others = [b for b in range(256) if b not in printable]
    characters = printable | {b: chr(0x100 + i) for i, b in enumerate(others)}
    ids = []
    for word in regex.findall(SPECIALS + WORDS, text, regex.IGNORECASE):
        if word in (START, END):
            ids.append(vocabulary[word])
        else:
            ids += [t.id for t in model.tokenize("".join(characters[b] for b in word.encode()))]
    return ids


def main():
    assert unicodedata.unidata_version == "14.0.0" and ftfy.__version__ == "6.3.1"
    FOLDER.mkdir(parents=True, exist_ok=True)
    merges = trained_merges()
    vocabulary, tokenizer = build(merges)
    lines = [" ".join(m) for m in merges]
    (FOLDER / "tokenizer.json").write_text(tokenizer.to_str() + "\n")
    (FOLDER / "vocab.json").write_text(json.dumps(vocabulary) + "\n")
    (FOLDER / "merges.txt").write_text("#version: 0.2\n" + "\n".join(lines) + "\n")
    (FOLDER / "bpe.txt.gz").write_bytes(gzip.compress(('"bpe.txt#version: 0.2\n' + "\n".join(lines)).encode(), mtime=0))
    expected = [
        {
            "text": text,
            "clean": cleaned(text),
            "openai": openai(cleaned(text), vocabulary, tokenizer.model),
            "huggingFace": tokenizer.encode(text, add_special_tokens=False).ids,
        }
        for text in TEXTS
    ]
    body = ",\n".join(json.dumps(line) for line in expected)
    (FOLDER / "expected.json").write_text(f"[\n{body}\n]\n")
    (FOLDER / "README.md").write_text(
        f"""# A small vocabulary

Made by `Tools/make_tokenizer_fixture.py`, which trains {len(merges)} merges on its own sentences, with Python
{platform.python_version()}, tokenizers {tokenizers.__version__}, ftfy {ftfy.__version__} and regex {regex.__version__}.

| file | what |
|---|---|
| `tokenizer.json` | written by tokenizers |
| `vocab.json`, `merges.txt` | Hugging Face's older pair |
| `bpe.txt.gz` | OpenAI's form |
| `expected.json` | texts; the cleaned text by ftfy, html and regex; ids by OpenAI's recipe; ids by tokenizers from `tokenizer.json` |
"""
    )


main()

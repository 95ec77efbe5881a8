"""Writes Tests/Fixtures/vocabulary: the fixtures' vocabulary in three forms, and token ids by open_clip.

Usage: python Tools/make_token_fixture.py   (packages: Tools/requirements-fixtures.txt)
"""

import json
import pathlib

from open_clip.tokenizer import get_clean_fn

import fixture_vocabulary
import open_clip_reference

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Fixtures" / "vocabulary"
TEXTS = [
    "a photo of a cat.",
    "A PHOTO OF THE LAMP",
    "the boat, the bird and the drawing near the field",
    "  several   spaces\tand\na line break ",
    "it's we're I'll they'd I'm you've don't",
    "1984 and 37, 3.14",
    "-- !? ... (x) [y] #1 $5 50%",
    "under_score and hy-phen",
    "caf\u00e9 na\u00efve \u00fcber stra\u00dfe",
    "e\u0301 decomposed, and \ufb01 ligature",
    "\u4e2d\u6587 and \u65e5\u672c\u8a9e",
    "\u041f\u0440\u0438\u0432\u0435\u0442 \u03ba\u03cc\u03c3\u03bc\u03bf\u03c2 \u039f\u03a3",
    "\u0645\u0631\u062d\u0628\u0627",
    "\U0001f600\U0001f469\u200d\U0001f680 smile",
    "\u201ccurly\u201d \u2018quotes\u2019 \u2013 dash",
    "&lt;b&gt; &amp;amp; &eacute;",
    "schÃ¶n mojibake",
    "\u00bd \u2167 \u00b2 \u0663",
    "a\u00a0no-break\u3000wide space",
    "",
]


def main():
    """Writes the vocabulary and tokens.json."""
    fixture_vocabulary.write_all(FOLDER)
    tokenizer = open_clip_reference.fixture_tokenizer()
    clean = get_clean_fn("lower")
    assert tokenizer.vocab_size == len(fixture_vocabulary.vocabulary())
    rows = [{"text": text, "clean": clean(text), "ids": tokenizer.encode(text)} for text in TEXTS]
    document = {
        "computed_by": "open_clip SimpleTokenizer over bpe.txt.gz, clean='lower'; ids without start and end",
        "versions": open_clip_reference.versions("open_clip_torch", "ftfy", "regex"),
        "start": tokenizer.sot_token_id,
        "end": tokenizer.eot_token_id,
    }
    head = "".join(f" {json.dumps(key)}: {json.dumps(value)},\n" for key, value in document.items())
    body = ",\n".join(f"  {json.dumps(row)}" for row in rows)
    (FOLDER / "tokens.json").write_text(f'{{\n{head} "rows": [\n{body}\n ]\n}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Writes Sources/Tokenization/TextTables.swift: the character data behind OpenAI's cleaning of text.

    pip install ftfy==6.3.1
    python3 Tools/make_text_tables.py

The facts come from Python's `html.entities` and `codecs` and from ftfy 6.3.1 (Robyn Speer, Apache License 2.0): which
characters its code pages, width forms, ligatures and suspicious sequences hold. Regular expressions over characters
are taken apart into rules: sequences of character sets, which Swift matches without a regular-expression engine.
"""

import html
import html.entities
import pathlib
import re
import re._constants as sre
import re._parser as parser
import unicodedata

import ftfy
from ftfy import badness, chardata

assert ftfy.__version__ == "6.3.1"
assert unicodedata.unidata_version == "14.0.0", "Python 3.11's, which the reference ids were made with"
LAST = 0x10FFFF
WORD = "word"  # \w, which Swift asks of Unicode itself


def category(name):
    if name == sre.CATEGORY_SPACE:
        return frozenset(c for c in range(0x10000) if chr(c).isspace())
    if name == sre.CATEGORY_WORD:
        return WORD
    raise ValueError(name)


def character_set(items):
    found = set()
    for op, value in items[1:] if items[0][0] == sre.NEGATE else items:
        if op == sre.LITERAL:
            found.add(value)
        elif op == sre.RANGE:
            found.update(range(value[0], value[1] + 1))
        elif op == sre.CATEGORY:
            if category(value) == WORD:
                return WORD
            found |= category(value)
        else:
            raise ValueError(op)
    return frozenset(range(LAST + 1)) - found if items[0][0] == sre.NEGATE else frozenset(found)


def sequences(items):
    """Every way through a pattern, as a list of character sets, in the order in which Python tries them."""
    if not items:
        return [[]]
    (op, value), rest = items[0], sequences(items[1:])
    if op == sre.LITERAL:
        first = [[frozenset([value])]]
    elif op == sre.IN:
        first = [[character_set(value)]]
    elif op == sre.ANY:
        first = [[frozenset(range(LAST + 1)) - {10}]]
    elif op == sre.AT and value == sre.AT_BEGINNING:
        first = [["start"]]
    elif op == sre.BRANCH:
        first = [s for branch in value[1] for s in sequences(list(branch))]
    elif op == sre.SUBPATTERN:
        first = sequences(list(value[3]))
    elif op == sre.MAX_REPEAT and value[:2] == (0, 1):
        first = sequences(list(value[2])) + [[]]
    elif op == sre.MAX_REPEAT and value[0] == value[1]:
        first = [s * value[0] for s in sequences(list(value[2]))]
    elif op == sre.MAX_REPEAT and value[:2] == (1, sre.MAXREPEAT):
        first = sequences(list(value[2]))  # Swift repeats it
    elif op == sre.ASSERT_NOT:
        first = [[]]  # Swift looks behind
    else:
        raise ValueError((op, value))
    return [a + b for a in first for b in rest]


def rules(pattern, flags=0):
    """A pattern as (sets, ranges, rules) in the text form that `SequenceRules` reads."""
    found = sequences(list(parser.parse(pattern, flags)))
    sets = []
    for sequence in found:
        sets += [s for s in sequence if not isinstance(s, str) and s not in sets]
    assert len(sets) < 128
    marks = {}
    for index, members in enumerate(sets):
        for character in members:
            if character <= 0xFFFF:
                marks[character] = marks.get(character, 0) | 1 << index
    beyond = sum(1 << i for i, s in enumerate(sets) if LAST in s)
    ranges = []
    for character in range(0x10000):
        mark = marks.get(character, 0)
        if ranges and ranges[-1][2] == mark:
            ranges[-1][1] = character
        else:
            ranges.append([character, character, mark])
    name = lambda s: {"start": "^", WORD: "w"}.get(s) if isinstance(s, str) else str(sets.index(s))
    return (
        [f"{lo:x}-{hi:x}:{mark:x}" for lo, hi, mark in ranges if mark] + [f"10000-10ffff:{beyond:x}"],
        [".".join(map(name, sequence)) for sequence in found],
    )


def code_pages():
    for name in chardata.CHARMAP_ENCODINGS:
        decoded = bytes(range(128, 256)).decode(name)
        yield name + " " + " ".join(f"{ord(c):x}" for c in decoded)


def entities():
    table = html.entities.html5
    for name in sorted(n for n in table if n.endswith(";")):
        bare = "!" if name[:-1] in table else ""
        assert not bare or table[name] == table[name[:-1]]
        yield f"{name[:-1]}{bare}={points(table[name])}"
    assert all(n + ";" in table for n in table if not n.endswith(";"))


def points(text):
    return "+".join(f"{ord(c):x}" for c in text)


def literal(name, comment, words):
    lines, line = [], "   "
    for word in words:
        word = word.replace("\\", "\\\\")
        assert '"' not in word
        if len(line) + 1 + len(word) > 118:
            lines.append(line)
            line = "   "
        line += " " + word
    lines.append(line)
    body = " \\\n".join(lines)
    return f'  /// {comment}\n  static let {name} = """\n{body}\n    """\n'


def page_literal():
    return "\n".join(
        literal(f"codePage{i}", f"`{page.split()[0]}`: the characters of bytes 0x80 to 0xFF.", page.split()[1:])
        for i, page in enumerate(code_pages())
    )


def main():
    upper = [(n, c) for n, c in chardata.HTML_ENTITIES.items() if n[1:] not in html.entities.html5]
    parts = [
        literal(
            "entities",
            "HTML 5's named characters; those with `!` also stand without a semicolon.",
            entities(),
        ),
        literal(
            "shoutedEntities",
            "Names in capitals that HTML does not know and ftfy does.",
            (f"{n[1:-1]}={points(c)}" for n, c in sorted(upper)),
        ),
        literal(
            "widths",
            "Full-width and half-width forms, and what they stand for.",
            (f"{c:x}={points(t)}" for c, t in sorted(chardata.WIDTH_MAP.items())),
        ),
        literal(
            "ligatures",
            "Latin ligatures and digraphs, and their letters.",
            (f"{c:x}={points(t)}" for c, t in sorted(chardata.LIGATURES.items())),
        ),
        page_literal(),
    ]
    clues = chardata.UTF8_CLUES
    strict = rules(f"[{clues['utf8_continuation_strict']}]")
    assert len(strict[1]) == 1
    for name, comment, found in [
        ("suspicious", "Sequences that are mojibake more often than not.", rules(badness.BADNESS_RE.pattern, re.VERBOSE)),
        ("utf8Seen", "Characters that UTF-8 sequences become in a code page.", rules(chardata.UTF8_DETECTOR_RE.pattern, re.VERBOSE)),
        ("continuation", "Characters before which no such sequence begins.", strict),
        ("spaced", "Bytes of UTF-8 sequences in which a space replaced byte A0.", rules(chardata.ALTERED_UTF8_RE.pattern)),
        ("lossy", "Bytes of UTF-8 sequences of which a part was lost.", rules(chardata.LOSSY_UTF8_RE.pattern)),
    ]:
        parts.append(literal(name + "Sets", comment + " Ranges of characters, and the sets each is in, as bits.", found[0]))
        parts.append(literal(name + "Rules", "The same: the sets that stand one after another.", found[1]))
    text = (
        "// Made by Tools/make_text_tables.py from Python's html and codecs modules and ftfy 6.3.1 (Robyn Speer,\n"
        "// Apache License 2.0). Do not edit.\n// swift-format-ignore-file\n\n"
        "/// Character data behind OpenAI's cleaning of text; numbers are hexadecimal.\nenum TextTables {\n"
        + "\n".join(parts)
        + "}\n"
    )
    target = pathlib.Path(__file__).parent.parent / "Sources/Tokenization/TextTables.swift"
    target.write_text(text)
    print(target, len(text), "bytes")


main()

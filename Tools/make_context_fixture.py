"""Make Tests/Fixtures/contexts/near-words.json: four vectors near words of the tf-h5 fixture's vocabulary.

Usage: python Tools/make_context_fixture.py
"""

import json
from pathlib import Path

import h5py
import numpy

FIXTURES = Path(__file__).resolve().parent.parent / "Tests" / "Fixtures"
WORDS = ["a</w>", "drawing</w>", "of</w>", "the</w>"]
NOISE = 0.2  # of an embedding's own deviation: far enough to be no word, near enough to be its neighbour
SEED = 7


def main():
    """Write the context."""
    vocabulary = json.loads((FIXTURES / "tf-h5" / "vocab.json").read_text())
    with h5py.File(FIXTURES / "tf-h5" / "tf_model.h5") as file:
        tables = []
        file.visititems(lambda name, item: tables.append(item[()]) if "token_embedding/weight" in name else None)
    table = tables[0]
    noise = numpy.random.default_rng(SEED).standard_normal((len(WORDS), table.shape[1])) * table.std() * NOISE
    context = table[[vocabulary[word] for word in WORDS]] + noise
    path = FIXTURES / "contexts" / "near-words.json"
    path.parent.mkdir(exist_ok=True)
    rows = [[float(f"{value:.6g}") for value in row] for row in context]
    path.write_text(json.dumps({"context": rows, "class_position": "end"}) + "\n")


if __name__ == "__main__":
    main()

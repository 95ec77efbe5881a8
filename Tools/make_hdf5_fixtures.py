"""Writes Tests/Fixtures/hdf5: small files with each of the structures that an HDF5 file can keep chunks and attributes in.

Usage: python Tools/make_hdf5_fixtures.py   (packages: Tools/requirements-fixtures.txt)

The tests read them as they are, and damage them. Each holds one dataset, `numbers`, f32 [12, 8]: 0, 1, 2 …; that of `large`
is f16 [1300, 1000]: 31 times the row plus the column, modulo 64.
"""

import pathlib

import h5py
import numpy

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "Tests" / "Fixtures" / "hdf5"
NUMBERS = numpy.arange(96, dtype="<f4").reshape(12, 8)


def write(name, version=None, attributes=0, numbers=NUMBERS, **options):
    """Writes one file; `version` is the form of the library's structures, the oldest that will do if None."""
    with h5py.File(FOLDER / f"{name}.h5", "w", libver=version or "earliest", track_order=False) as file:
        dataset = file.create_dataset("numbers", data=numbers, track_times=False, **options)
        for number in range(attributes):
            dataset.attrs[f"attribute {number}"] = number


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    # B-trees of the first version, with a filter of each kind and without any.
    write("chunked", chunks=(4, 4))
    write("filtered", chunks=(4, 4), compression="gzip", shuffle=True, fletcher32=True)
    # A fixed array, an extensible array, and a B-tree of the second version.
    write("fixed-array", "v110", chunks=(4, 4), compression="gzip")
    write("extensible-array", "v110", chunks=(4, 4), maxshape=(None, 8))
    write("second-tree", "v110", chunks=(4, 4), maxshape=(None, None))
    # What only newer libraries read: since HDF5 2.0 chunks behind filters have a message of their own.
    write("newest", "latest", chunks=(4, 4), compression="gzip")
    # So many attributes that they stand in a heap with a B-tree of the second version.
    write("many-attributes", "v110", attributes=12)
    # So many numbers that they are read in several bands, the last of them smaller.
    rows, columns = numpy.indices((1300, 1000))
    large = ((31 * rows + columns) % 64).astype("<f2")
    write("large", numbers=large, chunks=(64, 300), compression="gzip", compression_opts=9, shuffle=True)


if __name__ == "__main__":
    main()

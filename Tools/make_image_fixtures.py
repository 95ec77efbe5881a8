"""Draws small images in every mode and records what Pillow makes of them.

    python Tools/make_image_fixtures.py                      # Tests/Fixtures/images, what the tests compare with
    python Tools/make_image_fixtures.py --random 200 --output DIR
                                                             # random sizes and resolutions, for a thorough comparison:
                                                             # PROMPTLENS_IMAGE_FIXTURES=DIR swift test --filter Images

Needs Pillow and NumPy. Every picture is computed here; none is anybody's.
"""

import argparse
import io
import json
import random
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import PIL
from PIL import Image, ImageOps, features

MEAN = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
STD = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)


# --- Pictures ---------------------------------------------------------------------------------------------------------


def pattern(width, height, channels, seed=0, top=255):
    """Waves of different lengths in each channel and a little noise, [height, width, channels], 0 to top."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    planes = []
    for channel in range(channels):
        angle, length = rng.uniform(0, 3.14), rng.uniform(5, 20)
        planes.append(np.sin((x * np.cos(angle) + y * np.sin(angle)) / length * 6.28 + channel))
    wave = np.stack(planes, -1) * 0.45 + 0.5 + rng.uniform(-0.05, 0.05, (height, width, channels))
    wave[: height // 4, : width // 4] = rng.integers(0, 2, channels)  # a flat corner with hard edges
    return np.clip(np.rint(wave * top), 0, top).astype(np.uint16 if top > 255 else np.uint8)


# --- PNG, written by hand: Pillow writes neither interlaced files nor every depth -------------------------------------


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def scanlines(samples, depth):
    """Rows with filter type 0; samples are [height, width, channels]."""
    height, width, channels = samples.shape
    if height == 0 or width == 0:
        return b""
    rows = samples.reshape(height, width * channels)
    if depth == 16:
        packed = rows.astype(">u2").view(np.uint8).reshape(height, -1)
    elif depth == 8:
        packed = rows.astype(np.uint8)
    else:
        bits = (rows[..., None] >> np.arange(depth - 1, -1, -1)) & 1
        packed = np.packbits(bits.reshape(height, -1).astype(np.uint8), axis=1)
    return b"".join(b"\0" + row.tobytes() for row in packed)


def png(samples, depth, colour_type, palette=None, alpha=None, interlaced=False, exif=None):
    height, width = samples.shape[:2]
    if interlaced:
        passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
        data = b"".join(scanlines(samples[y::dy, x::dx], depth) for x, y, dx, dy in passes)
    else:
        data = scanlines(samples, depth)
    out = b"\x89PNG\r\n\x1a\n"
    out += chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, int(interlaced)))
    out += chunk(b"PLTE", palette.astype(np.uint8).tobytes()) if palette is not None else b""
    out += chunk(b"tRNS", bytes(alpha)) if alpha is not None else b""
    out += chunk(b"eXIf", exif) if exif is not None else b""
    return out + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b"")


def palette_of(count, seed):
    return np.random.default_rng(seed).integers(0, 256, (count, 3))


def encoded(image, **options):
    out = io.BytesIO()
    image.save(out, **options)
    return out.getvalue()


def with_adobe_transform(data, transform):
    """The same JPEG with another colour transform in its Adobe segment, here YCCK in place of CMYK."""
    at = data.index(b"Adobe\0") + 11
    return data[:at] + bytes([transform]) + data[at + 1 :]


def draw(width, height, seed):
    """(name, bytes) of one picture of each kind."""
    s = lambda channels, top=255: pattern(width, height, channels, seed, top)
    rgb = Image.fromarray(s(3), "RGB")
    gray = Image.fromarray(s(1)[..., 0], "L")
    cmyk = Image.frombytes("CMYK", (width, height), s(4).tobytes())
    rgba = Image.fromarray(s(4), "RGBA")
    transparent = s(4)
    transparent[:, : width // 2, 3] = 0
    jpeg = dict(format="JPEG", quality=88)
    baseline = encoded(rgb, subsampling="4:2:0", **jpeg)
    yield "baseline-420.jpg", baseline
    yield "baseline-422.jpg", encoded(rgb, subsampling="4:2:2", **jpeg)
    yield "baseline-444.jpg", encoded(rgb, subsampling="4:4:4", **jpeg)
    yield "progressive.jpg", encoded(rgb, progressive=True, **jpeg)
    yield "gray.jpg", encoded(gray, **jpeg)
    yield "gray-progressive.jpg", encoded(gray, progressive=True, **jpeg)
    yield "cmyk.jpg", encoded(cmyk, **jpeg)
    yield "ycck.jpg", with_adobe_transform(encoded(cmyk, **jpeg), 2)
    yield "stored-as-rgb.jpg", encoded(rgb, keep_rgb=True, **jpeg)
    yield "restart-markers.jpg", encoded(rgb, restart_marker_rows=1, **jpeg)
    yield "junk-before-end.jpg", baseline[:-2] + b"\x12\x34\x56" * 20 + baseline[-2:]
    yield "early-end.jpg", baseline[: len(baseline) * 3 // 4] + b"\xff\xd9"
    yield "junk-after-end.jpg", baseline + b"junk"

    for depth in (1, 2, 4, 8):
        top = 2**depth - 1
        yield f"gray-{depth}-bit.png", png(s(1, top), depth, 0)
        yield f"palette-{depth}-bit.png", png(s(1, top), depth, 3, palette_of(top + 1, seed))
    yield "palette-short.png", png(s(1), 8, 3, palette_of(100, seed), alpha=[0, 128, 255])
    yield "gray-16-bit.png", png(s(1, 65535), 16, 0)
    yield "gray-16-bit-dark.png", png(s(1, 300), 16, 0)
    yield "gray-alpha-8-bit.png", png(s(2), 8, 4)
    yield "gray-alpha-16-bit.png", png(s(2, 65535), 16, 4)
    yield "rgb-8-bit.png", encoded(rgb, format="PNG")
    yield "rgb-8-bit-colour-key.png", png(s(3), 8, 2, alpha=b"\0\1\0\1\0\1")
    yield "rgb-16-bit.png", png(s(3, 65535), 16, 2)
    yield "rgba-8-bit.png", png(s(4), 8, 6)
    yield "rgba-8-bit-half-invisible.png", png(transparent, 8, 6)
    yield "rgba-16-bit.png", png(s(4, 65535), 16, 6)
    yield "adam7-gray-1-bit.png", png(s(1, 1), 1, 0, interlaced=True)
    yield "adam7-palette-4-bit.png", png(s(1, 15), 4, 3, palette_of(16, seed), interlaced=True)
    yield "adam7-rgb-16-bit.png", png(s(3, 65535), 16, 2, interlaced=True)
    yield "adam7-rgba.png", png(s(4), 8, 6, interlaced=True)

    yield "lossy.webp", encoded(rgb, format="WEBP", quality=80)
    yield "lossless.webp", encoded(rgb, format="WEBP", lossless=True)
    yield "lossy-alpha.webp", encoded(rgba, format="WEBP", quality=80)
    yield "lossless-alpha.webp", encoded(rgba, format="WEBP", lossless=True)


def draw_oriented():
    """A tiny picture with each of EXIF's orientations, and one in each other container."""
    image = Image.fromarray(pattern(11, 7, 3, 5), "RGB")

    def block(orientation, order):
        head = b"II*\0\x08\0\0\0" if order == "<" else b"MM\0*\0\0\0\x08"
        return head + struct.pack(order + "HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0)

    for orientation in range(1, 9):
        exif = b"Exif\0\0" + block(orientation, "<>"[orientation % 2])
        yield f"orientation-{orientation}.jpg", encoded(image, format="JPEG", exif=exif)
    yield "orientation-6.png", png(np.asarray(image), 8, 2, exif=block(6, ">"))
    yield "orientation-8.webp", encoded(image, format="WEBP", lossless=True, exif=block(8, "<"))


# --- What Pillow makes of them ----------------------------------------------------------------------------------------


def crop_square(image, n):
    """torchvision's Resize(n, BICUBIC) and CenterCrop(n) on a Pillow image."""
    width, height = image.size
    short, long = min(width, height), max(width, height)
    longer = int(n * long / short)
    size = (n, longer) if width <= height else (longer, n)
    image = image.resize(size, Image.Resampling.BICUBIC)
    left, top = int(round((size[0] - n) / 2.0)), int(round((size[1] - n) / 2.0))
    return image.crop((left, top, left + n, top + n))


def record(folder, name, data, resolution):
    (folder / name).write_bytes(data)

    def save(kind, array):
        (folder / kind).mkdir(exist_ok=True)
        np.save(folder / kind / f"{name}.npy", array)

    image = Image.open(io.BytesIO(data))
    mode = image.mode
    rgb = image.convert("RGB")
    save("decoded-rgb", np.asarray(rgb))
    entry = {"file": name, "mode": mode}
    if name.startswith("orientation"):
        save("upright-rgb", np.asarray(ImageOps.exif_transpose(image).convert("RGB")))
        entry["oriented"] = True
        return entry
    first = np.asarray(crop_square(rgb, resolution))
    save("convert-first", first)
    save("own-mode", np.asarray(crop_square(image, resolution).convert("RGB")))
    if name == "baseline-420.jpg":
        save("normalised", ((first.astype(np.float32) / np.float32(255) - MEAN) / STD).transpose(2, 0, 1).copy())
    return entry | {"resolution": resolution}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=Path(__file__).parent.parent / "Tests/Fixtures/images")
    parser.add_argument("--random", type=int, metavar="N", help="N pictures of random kind, size and resolution")
    arguments = parser.parse_args()
    folder = arguments.output
    folder.mkdir(parents=True, exist_ok=True)

    entries = []
    if arguments.random:
        rng = random.Random(1)
        for number in range(arguments.random):
            longest = rng.choice([8, 40, 120, 400, 700])
            width, height = rng.randint(1, longest), rng.randint(1, longest)
            pictures = list(draw(width, height, number))
            name, data = pictures[number % len(pictures)]
            resolution = rng.choice([rng.randint(1, 300), 32, 224, min(width, height)])
            try:
                entries.append(record(folder, f"{number:03d}-{name}", data, resolution))
            except OSError as error:
                print(f"{number:03d}-{name} {width} x {height}: Pillow says {error}", file=sys.stderr)
    else:
        for number, (name, data) in enumerate(draw(29, 22, 7)):
            entries.append(record(folder, name, data, [16, 16, 24][number % 3]))
        # Pillow 13 combines rows before columns where a picture is tall: height - new > 2 * (width - new).
        entries.append(record(folder, "tall.png", encoded(Image.fromarray(pattern(13, 60, 3), "RGB"), format="PNG"), 9))
        entries.append(record(folder, "tall-16-bit.png", png(pattern(13, 60, 1, 0, 300), 16, 0), 9))
        entries.append(record(folder, "wide.png", encoded(Image.fromarray(pattern(60, 13, 3), "RGB"), format="PNG"), 9))
        for name, data in draw_oriented():
            entries.append(record(folder, name, data, 0))
    manifest = {
        "written by": "Tools/make_image_fixtures.py",
        "versions": {"Pillow": PIL.__version__, "NumPy": np.__version__}
        | {name: features.version(name) for name in ("libjpeg_turbo", "webp", "zlib")},
        "images": entries,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    print(f"{len(entries)} images in {folder}")


if __name__ == "__main__":
    main()

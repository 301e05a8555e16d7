"""Pictures of pages as small PNG files: at most 256 colours, the frequent ones exact."""

import base64
import struct
import zlib
from pathlib import Path

import numpy as np
from playwright.sync_api import Page

PALETTE = 256
FREQUENT = 160
PIXELS = """async (picture) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${picture}`)).blob());
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const pen = canvas.getContext("2d");
    pen.drawImage(bitmap, 0, 0);
    const bytes = pen.getImageData(0, 0, bitmap.width, bitmap.height).data;
    let text = "";
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return { width: bitmap.width, height: bitmap.height, bytes: btoa(text) };
}"""


def keep(picture: bytes, path: Path, blank: Page) -> int:
    """Writes a screenshot with few colours; its bytes. `blank`: a page at about:blank, whose browser decodes it."""
    raw = blank.evaluate(PIXELS, base64.b64encode(picture).decode())
    shape = (raw["height"], raw["width"], 4)
    pixels = np.frombuffer(base64.b64decode(raw["bytes"]), dtype=np.uint8).reshape(shape)[:, :, :3]
    content = encode(*few_colours(pixels))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return len(content)


def few_colours(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(palette of up to 256 × 3, indices of the height × width): frequent colours, then the farthest from those."""
    flat = pixels.reshape(-1, 3).astype(np.uint32)
    keys, inverse, counts = np.unique(
        flat @ np.array([65536, 256, 1], dtype=np.uint32), return_inverse=True, return_counts=True
    )
    colours = np.stack([keys >> 16, keys >> 8 & 255, keys & 255], axis=1).astype(np.int32)
    chosen = list(np.argsort(-counts, kind="stable")[:FREQUENT])
    distance = np.min([((colours - colours[one]) ** 2).sum(axis=1) for one in chosen], axis=0)
    while len(chosen) < min(PALETTE, len(colours)):
        farthest = int(np.argmax(distance))
        chosen.append(farthest)
        distance = np.minimum(distance, ((colours - colours[farthest]) ** 2).sum(axis=1))
    palette = colours[chosen]
    nearest = np.array([int(np.argmin(((palette - one) ** 2).sum(axis=1))) for one in colours], dtype=np.uint8)
    return palette.astype(np.uint8), nearest[inverse].reshape(pixels.shape[:2])


def encode(palette: np.ndarray, indices: np.ndarray) -> bytes:
    """An indexed PNG (ISO/IEC 15948), every line unfiltered: flat areas compress best that way."""
    height, width = indices.shape
    lines = np.zeros((height, width + 1), dtype=np.uint8)
    lines[:, 1:] = indices
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    parts = (
        (b"IHDR", header),
        (b"PLTE", palette.tobytes()),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(part)) + name + part + struct.pack(">I", zlib.crc32(name + part)) for name, part in parts
    )

#!/usr/bin/env python3
"""Draws small pictures, saves them in every format that is read, and writes what torchvision makes of them.

    python3 tools/pictures_golden.py test/data/pictures

Needs torchvision (0.14.1 made the committed files, with Pillow 9.4) and NumPy. The folder holds
  photo.jpg ...        the pictures
  golden.npz           for each case the pixels after torchvision's transforms, uint8, (channels, height, width)
  cases.json           the cases: file, preprocessing as Bitlab writes it, name of the array
"""
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from torchvision import transforms
from torchvision.transforms import InterpolationMode
from torchvision.datasets.folder import default_loader


def drawn(width, height, seed):
    """A smooth background, shapes with hard edges, thin lines and some noise: all that resampling can get wrong."""
    random = np.random.RandomState(seed)
    y, x = np.mgrid[0:height, 0:width]
    waves = [127 + 90 * np.sin(x / (9.0 + 5 * c) + seed) * np.cos(y / (13.0 - 3 * c)) for c in range(3)]
    picture = Image.fromarray(np.stack(waves, -1).clip(0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for _ in range(12):
        left, top = random.randint(0, width), random.randint(0, height)
        size = random.randint(4, max(5, min(width, height) // 3))
        colour = tuple(int(v) for v in random.randint(0, 256, 3))
        shape = draw.ellipse if random.rand() < 0.5 else draw.rectangle
        shape([left, top, left + size, top + size], fill=colour)
        draw.line([left, 0, width - left, height], fill=colour)
    noisy = np.asarray(picture).astype(int) + random.randint(-6, 7, (height, width, 3))
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def steps(preprocessing):
    filters = {"bilinear": InterpolationMode.BILINEAR, "bicubic": InterpolationMode.BICUBIC}
    chosen = []
    if preprocessing.get("channels") == "grey":
        chosen.append(transforms.Grayscale())
    if "resize" in preprocessing:
        resize = preprocessing["resize"]
        chosen.append(transforms.Resize(resize["size"], interpolation=filters[resize["filter"]]))
    if "centreCrop" in preprocessing:
        chosen.append(transforms.CenterCrop(preprocessing["centreCrop"]))
    return transforms.Compose([*chosen, transforms.PILToTensor()])


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    photo = drawn(310, 235, 1)
    small = drawn(61, 90, 2)
    grey = drawn(52, 47, 3).convert("L")
    photo.save(folder / "photo.jpg", quality=88)
    small.save(folder / "small.png")
    small.save(folder / "small.webp", lossless=True)
    small.save(folder / "small.bmp")
    small.save(folder / "small.tiff")
    small.convert("P", palette=Image.ADAPTIVE, colors=16).save(folder / "palette.bmp")
    small.convert("P", palette=Image.ADAPTIVE, colors=16).save(folder / "palette.png")
    small.convert("RGBA").save(folder / "transparent.png")
    grey.save(folder / "grey.jpg", quality=90)
    grey.save(folder / "grey.png")
    grey.convert("1").save(folder / "bits.bmp")

    imagenet = {"channels": "rgb", "resize": {"size": 256, "filter": "bilinear"}, "centreCrop": 224}
    to_32 = {"channels": "rgb", "resize": {"size": 40, "filter": "bilinear"}, "centreCrop": 32}
    cubic = {"channels": "rgb", "resize": {"size": 40, "filter": "bicubic"}, "centreCrop": 32}
    exact = {"channels": "rgb", "resize": {"size": [17, 120], "filter": "bicubic"}}
    crop = {"channels": "rgb", "centreCrop": [100, 33]}
    cases = [("photo.jpg", imagenet), ("photo.jpg", to_32), ("photo.jpg", cubic)]
    for name in ["small.png", "small.webp", "small.bmp", "small.tiff", "palette.bmp", "palette.png",
                 "transparent.png", "grey.jpg", "grey.png", "bits.bmp"]:
        cases.append((name, to_32))
    cases += [("small.png", cubic), ("small.png", exact), ("small.png", crop),
              ("small.png", {"channels": "grey", "resize": {"size": 128, "filter": "bicubic"}, "centreCrop": [21, 22]}),
              ("small.png", {"channels": "rgb", "resize": {"size": 61, "filter": "bilinear"}, "centreCrop": 60})]
    arrays, listed = {}, []
    for index, (name, preprocessing) in enumerate(cases):
        arrays[f"case{index}"] = steps(preprocessing)(default_loader(str(folder / name))).numpy()
        listed.append({"file": name, "array": f"case{index}", "preprocessing": preprocessing})
    np.savez_compressed(folder / "golden.npz", **arrays)
    (folder / "cases.json").write_text(json.dumps(listed, indent=1) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))

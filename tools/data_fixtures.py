#!/usr/bin/env python3
"""Writes small data sets in the formats that are read, with NumPy, and what torchvision reads from them.

    python3 tools/data_fixtures.py test/data/datasets

Needs NumPy and torchvision (0.14.1 made the committed files). MNIST's files are read back by torchvision.datasets.MNIST, and the
folder of pictures, which torchvision.utils.save_image writes, by ImageFolder: expected.npz holds what they see.
"""
import gzip
import struct
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from torchvision.datasets import MNIST, ImageFolder
from torchvision.utils import save_image


def idx(array):
    return struct.pack(">BBBB", 0, 0, 8, array.ndim) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def compressed(data):
    return gzip.compress(data, mtime=0)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.RandomState(7)
    expected = {}

    # MNIST: 28 x 28, ten classes.
    pictures = (random.rand(12, 28, 28) * 256).astype(np.uint8)
    labels = (np.arange(12) * 7 % 10).astype(np.uint8)
    (folder / "t10k-images-idx3-ubyte.gz").write_bytes(compressed(idx(pictures)))
    (folder / "t10k-labels-idx1-ubyte.gz").write_bytes(compressed(idx(labels)))
    (folder / "images.idx3-ubyte").write_bytes(idx(pictures[:5]))
    (folder / "labels.idx1-ubyte").write_bytes(idx(labels[:5]))
    with tempfile.TemporaryDirectory() as root:
        raw = Path(root) / "MNIST" / "raw"
        raw.mkdir(parents=True)
        for part in ("train", "t10k"):
            (raw / f"{part}-images-idx3-ubyte").write_bytes(idx(pictures))
            (raw / f"{part}-labels-idx1-ubyte").write_bytes(idx(labels))
        read = MNIST(root, train=False)
        expected["mnist_x"] = read.data.numpy()
        expected["mnist_y"] = read.targets.numpy()

    # CIFAR: 32 x 32, three planes; a label, or a coarse and a fine one, before each picture.
    colours = (random.rand(6, 3, 32, 32) * 256).astype(np.uint8)
    fine = np.array([9, 0, 3, 3, 1, 8], np.uint8)
    records = np.concatenate([fine[:, None], colours.reshape(6, -1)], 1)
    (folder / "data_batch_1.bin").write_bytes(records[:4].tobytes())
    (folder / "data_batch_2.bin").write_bytes(records[4:].tobytes())
    (folder / "test_batch.bin").write_bytes(records[:2].tobytes())
    hundred = np.array([[19, 99], [0, 4], [7, 55]], np.uint8)
    (folder / "train.bin").write_bytes(np.concatenate([hundred, colours[:3].reshape(3, -1)], 1).tobytes())
    (folder / "coarse_label_names.txt").write_text("".join(f"coarse {i}\n" for i in range(20)))
    expected["cifar_x"] = colours
    expected["cifar_y"] = fine
    expected["cifar100_y"] = hundred

    # NumPy's own files.
    np.save(folder / "x-nchw.npy", colours)
    np.save(folder / "x-nhwc-float.npy", (colours.transpose(0, 2, 3, 1) / np.float32(255)).copy())
    np.save(folder / "x-big-endian.npy", (colours / np.float32(255)).astype(">f4"))
    np.save(folder / "x-grey.npy", pictures[:6])
    np.save(folder / "x-fortran.npy", np.asfortranarray(colours))
    np.save(folder / "y.npy", fine.astype(np.int64))
    np.save(folder / "y-short.npy", fine[:5].astype(np.int32))
    np.save(folder / "y-float.npy", fine.astype(np.float64))
    np.save(folder / "objects.npy", np.array([{"never": "loaded"}], dtype=object))

    # A folder for each class.
    root = folder / "classes"
    for index in range(7):
        name = ["zebra", "ant", "cat"][index % 3 if index < 6 else 0]
        (root / name).mkdir(parents=True, exist_ok=True)
        save_image(torch.from_numpy(colours[index % 6]) / 255, root / name / f"{index}.png")
    read = ImageFolder(str(root))
    expected["folder_names"] = np.array([Path(path).relative_to(root).as_posix() for path, _ in read.samples])
    expected["folder_y"] = np.array([label for _, label in read.samples])
    expected["folder_x"] = np.stack([np.asarray(picture).transpose(2, 0, 1) for picture, _ in read])
    (folder / "labels.csv").write_text(
        "".join(["file,label\n"] + [f"{name},{name.split('/')[0]}\n" for name in expected["folder_names"]]))
    names = expected.pop("folder_names")
    (folder / "folder-names.txt").write_text("".join(f"{name}\n" for name in names))
    np.savez_compressed(folder / "expected.npz", **expected)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

#!/usr/bin/env python3
"""Recomputes every layer of an integer bundle that Bitlab wrote, and compares bit for bit. Needs NumPy only.

usage: python3 check.py [BUNDLE]    the folder with manifest.json; by default the one that this file lies in
Exit code: 0 where every value agrees, 1 where one does not (the first wrong one is named: layer, file, place, both values),
2 where a file is missing or unusable.
"""
import hashlib
import json
import os
import sys

import numpy as np


class Wrong(Exception):
    """A value of the bundle that is not what the others lead to."""


def load(folder, name):
    return np.load(os.path.join(folder, name), allow_pickle=False)


def reduction_indices(shape, order):
    """Position in the sum -> position among the weights of one output channel."""
    if shape["kind"] == "product" or order == "channel-outermost":
        return np.arange(shape["inputs"] if shape["kind"] == "product" else length_of(shape))
    window = shape["kernel"][0] * shape["kernel"][1]
    channels = length_of(shape) // window
    k = np.arange(length_of(shape))
    return (k % channels) * window + k // channels


def length_of(shape):
    return shape["input"][0] // shape["groups"] * shape["kernel"][0] * shape["kernel"][1]


def patches(codes, shape, group, padding):
    """The codes that meet the weights of one group: (weights of a channel, positions)."""
    channels = shape["input"][0] // shape["groups"]
    top, left, bottom, right = shape["pads"]
    picture = codes[group * channels : (group + 1) * channels]
    padded = np.pad(picture, ((0, 0), (top, bottom), (left, right)), constant_values=padding)
    (kernel_y, kernel_x), (stride_y, stride_x), (dilation_y, dilation_x) = (
        shape["kernel"],
        shape["strides"],
        shape["dilations"],
    )
    height = (padded.shape[1] - (kernel_y - 1) * dilation_y - 1) // stride_y + 1
    width = (padded.shape[2] - (kernel_x - 1) * dilation_x - 1) // stride_x + 1
    rows = []
    for channel in range(channels):
        for y in range(kernel_y):
            for x in range(kernel_x):
                first_y, first_x = y * dilation_y, x * dilation_x
                rows.append(
                    padded[
                        channel,
                        first_y : first_y + (height - 1) * stride_y + 1 : stride_y,
                        first_x : first_x + (width - 1) * stride_x + 1 : stride_x,
                    ].reshape(-1)
                )
    return np.stack(rows)


def wrapped(values, bits):
    modulus = 1 << bits
    return (values + (modulus >> 1)) % modulus - (modulus >> 1)


def fitted(values, bits, overflow):
    if overflow == "wrap":
        return wrapped(values, bits)
    return np.clip(values, -(1 << (bits - 1)), (1 << (bits - 1)) - 1)


def sums_of(weights, zero_points, codes, zero_point, accumulator):
    """weights (channels, k), codes (k, positions), both in the order of the sum -> sums (channels, positions)."""
    if accumulator["kind"] == "avx2-pairs":
        if weights.shape[1] % 2:
            weights = np.pad(weights, ((0, 0), (0, 1)))
            codes = np.pad(codes, ((0, 1), (0, 0)))
        sums = np.zeros((weights.shape[0], codes.shape[1]), np.int64)
        for k in range(0, weights.shape[1], 2):
            pair = weights[:, k, None] * codes[None, k] + weights[:, k + 1, None] * codes[None, k + 1]
            sums += np.clip(pair, -32768, 32767)
        return wrapped(sums - zero_point * weights.sum(1, keepdims=True), 32)
    w = weights - zero_points[:, None]
    x = codes - zero_point
    bits, overflow = accumulator["bits"], accumulator["overflow"]
    if overflow == "wrap":
        # Wrapping after each addition, after each tile or at the end gives the same.
        return wrapped(w @ x, bits)
    tile = accumulator["tile"] or 1
    sums = np.zeros((w.shape[0], x.shape[1]), np.int64)
    for start in range(0, w.shape[1], tile):
        sums = fitted(sums + w[:, start : start + tile] @ x[start : start + tile], bits, overflow)
    return sums


def high_multiply(a, b):
    product = a * b
    nudged = product + np.where(product >= 0, 1 << 30, 1 - (1 << 30))
    # Divides and truncates towards zero, as C does.
    quotient = np.abs(nudged) >> 31
    return np.clip(np.where(nudged < 0, -quotient, quotient), -(2**31), 2**31 - 1)


def shifted_right(x, n):
    mask = (np.int64(1) << n) - 1
    threshold = (mask >> 1) + (x < 0)
    return (x >> n) + ((x & mask) > threshold)


def requantized(sums, layer, offset):
    """sums (channels, positions), the bias included -> codes, or float32 values."""
    output = layer["output"]
    with_rows = lambda values, kind: np.asarray(values, kind).reshape(-1, 1)
    added = np.float32(0) if offset is None else offset.astype(np.float32).reshape(-1, 1)
    if output["kind"] == "values":
        scaled = sums.astype(np.float32) * with_rows(output["scales"], np.float32)
        return scaled + added
    rule = output["requantization"]
    if rule["kind"] == "float-multiplier":
        scaled = sums.astype(np.float32) * with_rows(rule["multipliers"], np.float32)
        codes = np.rint(scaled + added).astype(np.float64)
    else:
        n = with_rows(rule["n"], np.int64)
        left = np.clip(sums << np.maximum(-n, 0), -(2**31), 2**31 - 1)
        codes = shifted_right(high_multiply(left, with_rows(rule["M0"], np.int64)), np.maximum(n, 0))
    return np.clip(codes + output["zeroPoint"], output["low"], output["high"]).astype(np.int64)


def recomputed(folder, layer, codes):
    """codes of one sample -> what leaves the layer, in the shape of its golden output."""
    shape, source = layer["shape"], layer["input"]
    weights = load(folder, layer["weights"]["file"]).astype(np.int64)
    channels = weights.shape[0]
    weights = weights.reshape(channels, -1)
    if weights.min() < layer["weights"]["low"] or weights.max() > layer["weights"]["high"]:
        bounds = layer["weights"]["low"], layer["weights"]["high"]
        index = int(np.flatnonzero((weights < bounds[0]) | (weights > bounds[1]))[0])
        place = place_in(layer["weights"]["file"], index, load(folder, layer["weights"]["file"]).shape)
        raise Wrong(f"{place} is {weights.flat[index]}, and its codes are from {bounds[0]} to {bounds[1]}")
    zero_points = np.broadcast_to(np.asarray(layer["weights"]["zeroPoints"], np.int64), channels)
    order = reduction_indices(shape, layer["order"])
    zero_point = source["zeroPoint"]
    if shape["kind"] == "product":
        rows = codes.astype(np.int64).reshape(shape["rows"], shape["inputs"])
        sums = sums_of(weights[:, order], zero_points, rows.T[order], zero_point, layer["accumulator"])
    else:
        picture = codes.astype(np.int64).reshape(shape["input"])
        of_group = channels // shape["groups"]
        parts = []
        for group in range(shape["groups"]):
            own = slice(group * of_group, (group + 1) * of_group)
            columns = patches(picture, shape, group, zero_point)[order]
            parts.append(sums_of(weights[own][:, order], zero_points[own], columns, zero_point, layer["accumulator"]))
        sums = np.concatenate(parts)
    if layer["bias"] is not None:
        overflow = layer["accumulator"].get("overflow", "wrap")
        sums = fitted(sums + load(folder, layer["bias"]).astype(np.int64)[:, None], 32, overflow)
    left = requantized(sums, layer, None if layer["offset"] is None else load(folder, layer["offset"]))
    return left.T if shape["kind"] == "product" else left


def check_multipliers(layer, rule):
    """The multipliers must be what the scales lead to."""
    f = np.float32
    if layer["output"]["kind"] != "codes":
        return
    weights = np.asarray(layer["weights"]["scales"], f)
    entering, leaving = f(layer["input"]["scale"]), f(layer["output"]["scale"])
    found = layer["output"]["requantization"]
    if rule == "gemmlowp":
        real = np.asarray(found["M0"], np.float64) * 2.0 ** -(31 + np.asarray(found["n"], np.float64))
        expected = np.float64(entering) * weights.astype(np.float64) / np.float64(leaving)
        wrong = np.argwhere((np.abs(real - expected) > expected * 2.0**-30) & (expected > 2.0**-62))
    else:
        real = np.asarray(found["multipliers"], f)
        expected = entering * weights / leaving if rule == "onnx" else weights * entering * (f(1) / leaving)
        wrong = np.argwhere(real != expected)
    if len(wrong):
        channel = wrong[0][0]
        raise Wrong(
            f"manifest.json: the multiplier of channel {channel} is {real[channel]}, and the scales give {expected[channel]}"
        )


def place_in(file, index, shape):
    return f"{file}[{', '.join(str(i) for i in np.unravel_index(index, shape))}]"


def first_difference(file, sample, shape, found, made, why):
    """found in the file and made of the rest, both for one sample and flat."""
    same = (found == made) | ((found != found) & (made != made))
    if not same.all():
        index = int(np.argmin(same))
        place = place_in(file, sample * found.size + index, shape)
        raise Wrong(f"{place} is {found[index]}, and {why} {made[index]}")


def rows_of(array):
    """(rows, halves of 32-bit values, values of a row), as whole numbers."""
    rows = np.ascontiguousarray(array).reshape(array.shape[0] if array.ndim > 1 else 1, -1)
    if array.dtype.itemsize == 4:
        return rows.view("<u2").reshape(rows.shape[0], -1, 2).transpose(0, 2, 1).astype(np.int64)
    return rows[:, None].astype(np.int64)


def repaired(array, sums, weighted):
    """The array with at most one value of each row put right by the row's sums; None where that does not do."""
    halves = rows_of(array)
    places = np.arange(1, halves.shape[2] + 1)
    differences = (halves.sum(2) - np.reshape(sums, halves.shape[:2])).astype(object)
    moments = ((halves * places).sum(2) - np.reshape(weighted, halves.shape[:2])).astype(object)
    for row, half in np.argwhere((differences != 0) | (moments != 0)):
        difference, moment = differences[row, half], moments[row, half]
        if difference == 0 or moment % difference or not 1 <= moment // difference <= halves.shape[2]:
            return None
        halves[row, half, moment // difference - 1] -= difference
    if array.dtype.itemsize == 4:
        return halves.transpose(0, 2, 1).astype("<u2").reshape(-1).view(array.dtype).reshape(array.shape)
    return halves.astype(array.dtype).reshape(array.shape)


def check_array(folder, path, expected, digest):
    """Names the first value of a file that was changed; passes where the sums of its rows do not tell which it is."""
    array = load(folder, path)
    if list(array.shape) != expected["shape"] or array.dtype.name != expected["type"]:
        raise Wrong(
            f"{path} holds {array.dtype.name} of shape {list(array.shape)}, and held {expected['type']} of shape {expected['shape']}"
        )
    before = repaired(array, expected["sums"], expected["weighted"])
    if before is None:
        return
    changed = np.flatnonzero(array.view(f"u{array.itemsize}") != before.view(f"u{array.itemsize}"))
    content = read(folder, path)
    original = content[: len(content) - array.nbytes] + before.tobytes()
    # The digest proves that the file was like this.
    if len(changed) and hashlib.sha256(original).hexdigest() == digest:
        index = int(changed[0])
        raise Wrong(f"{place_in(path, index, array.shape)} is {array.flat[index]}, and was {before.flat[index]}")


def read(folder, path):
    with open(os.path.join(folder, path), "rb") as file:
        return file.read()


def changed_files(folder):
    """path -> digest when it was written, of the files that are not as they were written."""
    lines = read(folder, "SHA256SUMS").decode("utf-8").splitlines()
    digests = {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
    return {path: digest for path, digest in digests.items() if hashlib.sha256(read(folder, path)).hexdigest() != digest}


def files_of(layer):
    stored = layer["storedBias"]
    named = [layer["weights"]["file"], layer["bias"], layer["offset"], stored and stored["file"]]
    return [path for path in named + [layer["golden"]["input"], layer["golden"]["output"]] if path]


def check_layer(folder, manifest, layer, changed, leaving):
    """Compares what leaves a layer with what its numbers lead to; returns how many values that are."""
    for path in files_of(layer):
        if path in changed:
            check_array(folder, path, manifest["arrays"][path], changed[path])
    check_multipliers(layer, manifest["requantization"])
    golden = layer["golden"]
    entering, left = load(folder, golden["input"]), load(folder, golden["output"])
    before = leaving.get(layer["input"]["tensor"])
    values = 0
    for sample in range(manifest["samples"]):
        if before is not None:
            name, codes, zero_point = before
            made = codes[sample].astype(np.int64).reshape(-1) - zero_point + layer["input"]["zeroPoint"]
            found = entering[sample].astype(np.int64).reshape(-1)
            first_difference(golden["input"], sample, entering.shape, found, made, f"{name} gave")
        made = recomputed(folder, layer, entering[sample]).reshape(-1)
        found = left[sample].astype(made.dtype).reshape(-1)
        first_difference(golden["output"], sample, left.shape, found, made, "the layer's numbers lead to")
        values += made.size
    if layer["output"]["kind"] == "codes":
        leaving[layer["output"]["tensor"]] = (layer["name"], left, layer["output"]["zeroPoint"])
    return values


def check(folder):
    manifest = json.loads(read(folder, "manifest.json"))
    if manifest.get("format") != "bitlab-integers" or manifest.get("version") != 1:
        raise ValueError("manifest.json is no Bitlab integer bundle of version 1")
    layers = manifest["layers"]
    for layer in layers:
        for path in files_of(layer):
            if not os.path.isfile(os.path.join(folder, path)):
                raise ValueError(f"{layer['name']}: {path} is missing")
    changed = changed_files(folder)
    also = f" (changed since it was written: {', '.join(changed)})" if changed else ""
    leaving = {}
    values = 0
    for layer in layers:
        try:
            values += check_layer(folder, manifest, layer, changed, leaving)
        except Wrong as error:
            raise Wrong(f"{layer['name']}: {error}{also}") from None
        except (ValueError, IndexError, KeyError, TypeError) as error:
            raise ValueError(f"{layer['name']}: {type(error).__name__}: {error}{also}") from None
    if changed:
        raise Wrong(f"no value of these samples depends on it, but not all is as it was{also}")
    return len(layers), values


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    try:
        layers, values = check(folder)
    except Wrong as error:
        print(f"WRONG  {error}")
        return 1
    except FileNotFoundError as error:
        print(f"UNUSABLE  {os.path.relpath(error.filename, folder)} is missing")
        return 2
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"UNUSABLE  {error if isinstance(error, (OSError, ValueError)) else repr(error)}")
        return 2
    print(f"ok  {layers} layers, {values} values, all as recomputed")
    return 0


if __name__ == "__main__":
    sys.exit(main())

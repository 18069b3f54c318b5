#!/usr/bin/env python3
"""Recomputes every layer of an integer bundle that Bitlab wrote, and compares bit for bit. Needs NumPy only.

usage: python3 check.py [BUNDLE]    the folder with manifest.json; by default the one that this file lies in
Exit code: 0 where every value agrees, 1 where one does not (the first wrong one is named), 2 where a file is unusable.
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
        place = np.argwhere((weights < layer["weights"]["low"]) | (weights > layer["weights"]["high"]))[0]
        raise Wrong(f"a weight of channel {place[0]} is {weights[tuple(place)]}, outside of its range")
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
        raise Wrong(f"the multiplier of channel {channel} is {real[channel]}, and the scales give {expected[channel]}")


def first_difference(name, sample, expected, found):
    expected = expected.reshape(found.shape)
    same = (expected == found) | ((expected != expected) & (found != found))
    if same.all():
        return
    place = tuple(np.argwhere(~same)[0])
    names = ["channel", "position"] if found.ndim == 2 else [f"axis {i}" for i in range(found.ndim)]
    where = ", ".join(f"{axis} {index}" for axis, index in zip(names, place))
    raise Wrong(
        f"{name}, sample {sample}, {where}: the bundle has {expected[place]}, and its numbers lead to {found[place]}"
    )


def check(folder):
    with open(os.path.join(folder, "manifest.json"), encoding="utf-8") as file:
        manifest = json.load(file)
    if manifest.get("format") != "bitlab-integers" or manifest.get("version") != 1:
        raise ValueError("manifest.json is no Bitlab integer bundle of version 1")
    leaving = {}
    values = 0
    for layer in manifest["layers"]:
        name = layer["name"]
        try:
            check_multipliers(layer, manifest["requantization"])
            entering = load(folder, layer["golden"]["input"])
            golden = load(folder, layer["golden"]["output"])
            before = leaving.get(layer["input"]["tensor"])
            for sample in range(len(entering)):
                if before is not None:
                    made = before[1][sample].astype(np.int64).reshape(-1)
                    first_difference(f"what enters (from {before[0]})", sample, entering[sample].astype(np.int64).reshape(-1, 1), made.reshape(-1, 1))
                found = recomputed(folder, layer, entering[sample])
                expected = golden[sample].astype(found.dtype)
                if layer["shape"]["kind"] == "product":
                    expected, found = expected.reshape(found.shape).T, found.T
                first_difference("output", sample, expected.reshape(found.shape), found)
                values += found.size
        except Wrong as error:
            raise Wrong(f"{name}: {error}") from None
        leaving[layer["output"]["tensor"]] = (name, golden)
    for path, digest in manifest["sha256"].items():
        with open(os.path.join(folder, path), "rb") as file:
            if hashlib.sha256(file.read()).hexdigest() != digest:
                raise Wrong(f"{path} was changed, though no value of these samples depends on the change")
    return len(manifest["layers"]), values


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    try:
        layers, values = check(folder)
    except Wrong as error:
        print(f"WRONG  {error}")
        return 1
    except (OSError, ValueError, KeyError) as error:
        print(f"UNUSABLE  {error}")
        return 2
    print(f"ok  {layers} layers, {values} values, all as recomputed")
    return 0


if __name__ == "__main__":
    sys.exit(main())

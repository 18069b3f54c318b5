import { cachedBy } from './cached-by.ts';

/** Pixels of 8 bits, row after row, the channels of a pixel beside each other. */
export interface Pixels {
  readonly data: Uint8Array;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

export type ResampleFilter = 'bilinear' | 'bicubic';

/** A part of a picture, in its pixels. */
export interface Box {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/** Bits behind the point of a weight: eight for the pixel and two of reserve are left of 32. */
const precisionBits = 22;
const half = 1 << (precisionBits - 1);

const filters: Readonly<Record<ResampleFilter, { readonly support: number; at(x: number): number }>> = {
  bilinear: { support: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  // Keys' cubic with a = -0.5.
  bicubic: {
    support: 2,
    at(signed) {
      const x = Math.abs(signed);
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
      return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }
  }
};

/** For each new pixel of a line: where its weights begin, and the weights, `taps` for each. */
interface Weights {
  readonly first: Int32Array;
  readonly count: Int32Array;
  readonly taps: number;
  readonly values: Int32Array;
}

/**
 * Resizes as Pillow does (`Image.resize`, src/libImaging/Resample.c of Pillow 2.7 to today, which torchvision's Resize calls), to
 * the bit: a convolution first along the rows and then along the columns whose support grows with the reduction, weights rounded
 * to 22 bits behind the point, and 8 bits in between. Only what `box` needs is computed.
 * @param height, width of the whole resized picture @param box the part of it that is asked for
 */
export function resample(
  pixels: Pixels,
  height: number,
  width: number,
  filter: ResampleFilter,
  box: Box = { top: 0, left: 0, height, width }
): Pixels {
  // Pillow leaves out a direction in which nothing changes.
  const rows = height === pixels.height ? null : weightsFor(pixels.height, height, filter);
  const columns = width === pixels.width ? null : weightsFor(pixels.width, width, filter);
  const bottom = box.top + box.height;
  const firstRow = rows === null ? box.top : rows.first[box.top]!;
  const lastRow = rows === null ? bottom : rows.first[bottom - 1]! + rows.count[bottom - 1]!;
  const horizontal = alongRows(pixels, columns, box.left, box.width, firstRow, lastRow);
  return rows === null ? horizontal : alongColumns(horizontal, rows, box.top, box.height, firstRow);
}

const weightsFor = cachedBy(16, weightsOf, (from, to, filter) => `${from} ${to} ${filter}`);

function weightsOf(from: number, to: number, name: ResampleFilter): Weights {
  const filter = filters[name];
  const scale = from / to;
  const filterScale = Math.max(scale, 1);
  const support = filter.support * filterScale;
  const taps = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(to);
  const count = new Int32Array(to);
  const values = new Int32Array(to * taps);
  const exact = new Float64Array(taps);
  for (let pixel = 0; pixel < to; pixel++) {
    const centre = (pixel + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - support + 0.5));
    const length = Math.min(from, Math.trunc(centre + support + 0.5)) - start;
    let sum = 0;
    for (let i = 0; i < length; i++)
      sum += exact[i] = filter.at((i + start - centre + 0.5) * (1 / filterScale));
    for (let i = 0; i < length; i++) {
      const weight = (sum === 0 ? exact[i]! : exact[i]! / sum) * (1 << precisionBits);
      values[pixel * taps + i] = Math.trunc(weight < 0 ? weight - 0.5 : weight + 0.5);
    }
    first[pixel] = start;
    count[pixel] = length;
  }
  return { first, count, taps, values };
}

const clipped = (sum: number): number => {
  const value = sum >> precisionBits;
  return value < 0 ? 0 : value > 255 ? 255 : value;
};

function alongRows(
  { data, channels, width }: Pixels,
  weights: Weights | null,
  left: number,
  made: number,
  firstRow: number,
  lastRow: number
): Pixels {
  const height = lastRow - firstRow;
  const result = new Uint8Array(height * made * channels);
  let to = 0;
  for (let row = firstRow; row < lastRow; row++) {
    const start = row * width * channels;
    if (weights === null) {
      const from = start + left * channels;
      result.set(data.subarray(from, from + made * channels), to);
      to += made * channels;
      continue;
    }
    const { first, count, taps, values } = weights;
    for (let column = left; column < left + made; column++) {
      const at = start + first[column]! * channels;
      const length = count[column]!;
      const weight = column * taps;
      for (let channel = 0; channel < channels; channel++) {
        let sum = half;
        let from = at + channel;
        for (let i = 0; i < length; i++, from += channels)
          sum = (sum + data[from]! * values[weight + i]!) | 0;
        result[to++] = clipped(sum);
      }
    }
  }
  return { data: result, channels, height, width: made };
}

/** @param firstRow the row of the whole picture with which `pixels` begins */
function alongColumns(
  { data, channels, width }: Pixels,
  { first, count, taps, values }: Weights,
  top: number,
  height: number,
  firstRow: number
): Pixels {
  const line = width * channels;
  const result = new Uint8Array(height * line);
  const sums = new Int32Array(line);
  for (let row = 0; row < height; row++) {
    sums.fill(half);
    const length = count[top + row]!;
    for (let i = 0; i < length; i++) {
      const weight = values[(top + row) * taps + i]!;
      const start = (first[top + row]! - firstRow + i) * line;
      for (let x = 0; x < line; x++) sums[x] = sums[x]! + data[start + x]! * weight;
    }
    for (let x = 0; x < line; x++) result[row * line + x] = clipped(sums[x]!);
  }
  return { data: result, channels, height, width };
}

import type { Pixels } from './resample.ts';

export type Layout = 'nchw' | 'nhwc';
/** Channels, height, width. */
export type PictureShape = [channels: number, height: number, width: number];

/** Pictures as they are stored, before preprocessing: n x shape elements in the given layout. */
export interface StoredPictures {
  readonly data: Uint8Array | Float32Array;
  readonly layout: Layout;
  readonly shape: PictureShape;
}

const pictureChannels = [1, 3, 4];

/**
 * Where the channels are: in the axis that has 1, 3 or 4 entries; where both or neither have, in the second (nchw).
 * @param shape (n, c, h, w) or (n, h, w, c)
 */
export function layoutOf(shape: readonly number[]): { layout: Layout; shape: PictureShape } {
  const [, a, b, c] = shape as [number, number, number, number];
  const last = pictureChannels.includes(c) && !pictureChannels.includes(a);
  return last ? { layout: 'nhwc', shape: [c, a, b] } : { layout: 'nchw', shape: [a, b, c] };
}

/** Distance in elements between neighbouring channels and between neighbouring pixels. */
export function strides({
  layout,
  shape: [channels, height, width]
}: Pick<StoredPictures, 'layout' | 'shape'>): {
  channel: number;
  pixel: number;
} {
  return layout === 'nchw' ? { channel: height * width, pixel: 1 } : { channel: 1, pixel: channels };
}

/** How stored values become grey levels of 0 to 255 on the screen. */
export interface DisplayRange {
  readonly low: number;
  readonly high: number;
}

/**
 * uint8 is shown as it is, float32 of 0 to 1 and of 0 to 255 likewise; any other range is stretched, the same for all
 * pictures, so that they can be compared.
 */
export function displayRange(data: Uint8Array | readonly Float32Array[]): DisplayRange {
  if (data instanceof Uint8Array) return { low: 0, high: 255 };
  let low = Infinity;
  let high = -Infinity;
  for (const values of data)
    for (const value of values) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  if (low >= 0 && high <= 1) return { low: 0, high: 1 };
  if (low >= 0 && high <= 255) return { low: 0, high: 255 };
  return { low, high };
}

/** One picture with the channels of a pixel beside each other. @param data its elements in the given layout */
export function interleaved(data: Uint8Array, stored: Pick<StoredPictures, 'layout' | 'shape'>): Pixels {
  const [channels, height, width] = stored.shape;
  if (stored.layout === 'nhwc' || channels === 1) return { data, channels, height, width };
  const result = new Uint8Array(data.length);
  const pixels = height * width;
  for (let channel = 0, from = 0; channel < channels; channel++)
    for (let i = 0, to = channel; i < pixels; i++, to += channels) result[to] = data[from++]!;
  return { data: result, channels, height, width };
}

/**
 * One picture for the screen: height * width * 4 bytes of red, green, blue and 255. Fewer than three channels are shown
 * as grey levels of the first, more as the first three.
 */
export function displayed(pictures: StoredPictures, sample: number, range: DisplayRange): Uint8Array {
  const [channels, height, width] = pictures.shape;
  const pixels = height * width;
  const { channel, pixel } = strides(pictures);
  const rgba = new Uint8Array(pixels * 4).fill(255);
  const start = sample * channels * pixels;
  const factor = 255 / (range.high - range.low || 1);
  for (let i = 0; i < pixels; i++)
    for (let colour = 0; colour < 3; colour++) {
      const value = pictures.data[start + i * pixel + (channels < 3 ? 0 : colour) * channel]!;
      // Values beyond the range that was seen are shown as its ends.
      rgba[i * 4 + colour] = Math.min(255, Math.max(0, Math.round((value - range.low) * factor)));
    }
  return rgba;
}

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
export function strides({ layout, shape: [channels, height, width] }: StoredPictures): {
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
export function displayRange(data: Uint8Array | Float32Array): DisplayRange {
  if (data instanceof Uint8Array) return { low: 0, high: 255 };
  let low = Infinity;
  let high = -Infinity;
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low >= 0 && high <= 1) return { low: 0, high: 1 };
  if (low >= 0 && high <= 255) return { low: 0, high: 255 };
  return { low, high };
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
      rgba[i * 4 + colour] = Math.round((value - range.low) * factor);
    }
  return rgba;
}

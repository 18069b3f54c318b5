import {
  BitlabError,
  heightAndWidth,
  preprocessedShape,
  resizedShape,
  type Preprocessing
} from '../../contract/index.ts';
import { resample, type Box, type Pixels } from './resample.ts';

/** The part of a preprocessing that moves pixels; scale, mean and standard deviation come after it. */
export type PictureTransform = Pick<Preprocessing, 'channels' | 'resize' | 'centreCrop'>;

export function transformsPictures({ channels, resize, centreCrop }: PictureTransform): boolean {
  return channels !== undefined || resize !== undefined || centreCrop !== undefined;
}

/**
 * Channels, resize and centre crop as torchvision does them to pictures of PIL.
 * @returns channels x height x width values of 8 bits
 */
export function transformedPicture(pixels: Pixels, transform: PictureTransform): Uint8Array {
  const { resize, centreCrop } = transform;
  const [height, width] =
    resize === undefined
      ? [pixels.height, pixels.width]
      : resizedShape(pixels.height, pixels.width, resize.size);
  const [cropHeight, cropWidth] = centreCrop === undefined ? [height, width] : heightAndWidth(centreCrop);
  const box: Box = {
    top: cropStart(height, cropHeight),
    left: cropStart(width, cropWidth),
    height: Math.min(height, cropHeight),
    width: Math.min(width, cropWidth)
  };
  const ordered = withChannels(pixels, transform.channels);
  const part = resample(ordered, height, width, resize?.filter ?? 'bilinear', box);
  const reversed = transform.channels === 'bgr';
  return placed(part, cropHeight, cropWidth, reversed);
}

/** @throws BitlabError DATA_PREPROCESSING where a picture is too long and narrow to be resized */
export function transformedShape(
  stored: readonly [number, number, number],
  preprocessing: Preprocessing
): [channels: number, height: number, width: number] {
  const { resize } = preprocessing;
  const [, height, width] = stored;
  const resized = resize === undefined ? [height, width] : resizedShape(height, width, resize.size);
  if (Math.min(...resized) < 1 || Math.max(...resized) > longestSide)
    throw new BitlabError('DATA_PREPROCESSING', {
      reason: `a picture of ${height} x ${width} pixels cannot be resized to ${resized.join(' x ')}`
    });
  return preprocessedShape(stored, preprocessing);
}

/** A picture of 1 x 4096 pixels whose shorter side is to be 4096 would have 16 million columns. */
const longestSide = 2 ** 16;

/** As torchvision's center_crop: half of what is cut, rounded to even; nothing is cut where the picture is smaller. */
function cropStart(extent: number, crop: number): number {
  if (crop >= extent) return 0;
  const cut = (extent - crop) / 2;
  const below = Math.floor(cut);
  return cut === below || below % 2 === 0 ? below : below + 1;
}

/** `rgb` and `bgr` make three channels of one, `grey` makes one of three; a fourth channel, transparency, is let go. */
function withChannels(pixels: Pixels, order: PictureTransform['channels']): Pixels {
  const { data, channels, height, width } = pixels;
  if (order === undefined) return pixels;
  const count = height * width;
  if (order === 'grey') {
    if (channels === 1) return pixels;
    const grey = new Uint8Array(count);
    // ITU-R 601-2 luma in whole numbers, as Pillow's convert('L').
    for (let i = 0, at = 0; i < count; i++, at += channels)
      grey[i] = (data[at]! * 19595 + data[at + 1]! * 38470 + data[at + 2]! * 7471 + 0x8000) >> 16;
    return { data: grey, channels: 1, height, width };
  }
  if (channels === 3) return pixels;
  const colours = new Uint8Array(count * 3);
  for (let i = 0; i < count; i++)
    for (let channel = 0; channel < 3; channel++)
      colours[i * 3 + channel] = data[i * channels + (channels === 1 ? 0 : channel)]!;
  return { data: colours, channels: 3, height, width };
}

/** The pixels channel after channel, in the middle of a picture of zeros where they do not fill it. */
function placed(
  { data, channels, height, width }: Pixels,
  toHeight: number,
  toWidth: number,
  reversed: boolean
) {
  const result = new Uint8Array(channels * toHeight * toWidth);
  const top = Math.floor((toHeight - height) / 2);
  const left = Math.floor((toWidth - width) / 2);
  for (let channel = 0; channel < channels; channel++) {
    const plane = (reversed ? channels - 1 - channel : channel) * toHeight * toWidth;
    for (let row = 0; row < height; row++) {
      let from = row * width * channels + channel;
      let to = plane + (top + row) * toWidth + left;
      for (let x = 0; x < width; x++, from += channels) result[to++] = data[from]!;
    }
  }
  return result;
}

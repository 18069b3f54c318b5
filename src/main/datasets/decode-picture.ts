import { availableParallelism } from 'node:os';
import { isBmp, PictureDamage, readBmp } from './bmp.ts';
import type { Pixels } from './resample.ts';

/** A picture with more pixels is refused: 40 million take 120 MB each while they are decoded. */
export const mostPixels = 40e6;
/** Pictures that are decoded at once; each may take what `mostPixels` says. */
export const decodedAtOnce = Math.max(1, Math.min(4, availableParallelism()));

/** Endings of the names of pictures that can be read. */
export const pictureEndings = ['.jpg', '.jpeg', '.png', '.webp', '.bmp', '.tif', '.tiff'];

export const isPictureName = (name: string): boolean =>
  pictureEndings.some((ending) => name.toLowerCase().endsWith(ending));

/**
 * Decodes JPEG, PNG, WebP, TIFF (by libvips) or BMP to red, green and blue of 8 bits, grey ones to three equal values; as
 * PIL's convert('RGB') and torchvision's loader: colour profiles and the camera's orientation are not applied, and transparency is
 * let go.
 * @throws PictureDamage
 */
export async function decodePicture(bytes: Uint8Array): Promise<Pixels> {
  if (isBmp(bytes)) return readBmp(bytes, mostPixels);
  try {
    const { default: sharp } = await import('sharp');
    // One picture a thread: several pictures are decoded beside each other.
    if (sharp.concurrency() !== 1) {
      sharp.concurrency(1);
      sharp.cache(false);
    }
    const image = sharp(bytes, {
      failOn: 'error',
      ignoreIcc: true,
      limitInputPixels: mostPixels,
      sequentialRead: true
    });
    const { format } = await image.metadata();
    if (!['jpeg', 'png', 'webp', 'tiff'].includes(format))
      throw new PictureDamage(`it is ${format}, which is not read`);
    const { data, info } = await image
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 1 && info.channels !== 3)
      throw new PictureDamage(`it has ${info.channels} channels`);
    return { data, channels: info.channels, height: info.height, width: info.width };
  } catch (error) {
    if (error instanceof PictureDamage) throw error;
    throw new PictureDamage(reasonOf(error), { cause: error });
  }
}

/** The first line of libvips' message as the end of a sentence. */
function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  if (message.includes('unsupported image format')) return 'it is no picture of a format that is read';
  if (message.includes('exceeds pixel limit')) return `it has more than ${mostPixels / 1e6} million pixels`;
  const [line = ''] = message.split('\n');
  return line
    .replace(/^Input buffer (has corrupt header: )?/, '')
    .replace(/\.$/, '')
    .slice(0, 160);
}

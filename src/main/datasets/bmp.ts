import type { Pixels } from './resample.ts';

/** Why a picture cannot be read, as the end of a sentence. */
export class PictureDamage extends Error {
  override readonly name = 'PictureDamage';
}

export const isBmp = (bytes: Uint8Array): boolean => bytes[0] === 0x42 && bytes[1] === 0x4d;

/**
 * Reads an uncompressed Windows bitmap of 1, 4, 8, 24 or 32 bits a pixel (BITMAPINFOHEADER and its successors): blue, green, red
 * in rows that are padded to four bytes, the lowest first unless the height is negative.
 * @throws PictureDamage
 */
export function readBmp(bytes: Uint8Array, mostPixels: number): Pixels {
  if (bytes.length < 54) throw new PictureDamage('it is cut off');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const dataOffset = view.getUint32(10, true);
  const headerBytes = view.getUint32(14, true);
  if (headerBytes < 40) throw new PictureDamage('it is a bitmap of a kind from before Windows 3');
  const width = view.getInt32(18, true);
  const signedHeight = view.getInt32(22, true);
  const height = Math.abs(signedHeight);
  const bits = view.getUint16(28, true);
  const compression = view.getUint32(30, true);
  if (width < 1 || height < 1) throw new PictureDamage('it has no pixels');
  if (width * height > mostPixels) throw new PictureDamage(`it has ${width} x ${height} pixels`);
  const usualMasks = compression === 3 && bits === 32 && hasUsualMasks(view, bytes.length);
  if ((compression !== 0 && !usualMasks) || ![1, 4, 8, 24, 32].includes(bits))
    throw new PictureDamage(
      `it is a bitmap of ${bits} bits with compression ${compression}, which is not read`
    );
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  if (dataOffset + rowBytes * height > bytes.length) throw new PictureDamage('it is cut off');
  const colours = bits <= 8 ? palette(view, 14 + headerBytes, bits, bytes.length) : null;

  const data = new Uint8Array(width * height * 3);
  let to = 0;
  for (let row = 0; row < height; row++) {
    const start = dataOffset + (signedHeight > 0 ? height - 1 - row : row) * rowBytes;
    for (let x = 0; x < width; x++) {
      let at = start + x * (bits / 8);
      let from = bytes;
      if (colours !== null) {
        const bit = x * bits;
        const index = (bytes[start + (bit >> 3)]! >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
        at = index * 4;
        from = colours;
        if (at + 3 > colours.length)
          throw new PictureDamage(`it has a pixel of colour ${index}, which it lacks`);
      }
      data[to++] = from[at + 2]!;
      data[to++] = from[at + 1]!;
      data[to++] = from[at]!;
    }
  }
  return { data, channels: 3, height, width };
}

function palette(view: DataView, offset: number, bits: number, length: number): Uint8Array {
  const used = view.getUint32(46, true) || 1 << bits;
  if (used > 1 << bits || offset + used * 4 > length)
    throw new PictureDamage('its table of colours is cut off');
  return new Uint8Array(view.buffer, view.byteOffset + offset, used * 4);
}

/** Bit fields that say what 32 bits without them mean, too: blue in the lowest byte, then green and red. */
function hasUsualMasks(view: DataView, length: number): boolean {
  if (length < 66) return false;
  return (
    view.getUint32(54, true) === 0xff0000 &&
    view.getUint32(58, true) === 0xff00 &&
    view.getUint32(62, true) === 0xff
  );
}

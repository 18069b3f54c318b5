/** Length, type and checksum of a chunk, in bytes. */
const chunkFrame = 12;
const signatureAndHeader = 8 + chunkFrame + 13;

/**
 * A PNG file that says how large it is on paper: with the chunk pHYs (PNG specification, 11.3.5.3) behind its header.
 * @param dotsPerMetre of both directions
 */
export function withDensity(png: Uint8Array, dotsPerMetre: number): Uint8Array<ArrayBuffer> {
  const chunk = new Uint8Array(chunkFrame + 9);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, 9);
  chunk.set([0x70, 0x48, 0x59, 0x73], 4);
  view.setUint32(8, Math.round(dotsPerMetre));
  view.setUint32(12, Math.round(dotsPerMetre));
  chunk[16] = 1;
  view.setUint32(17, checksum(chunk.subarray(4, 17)));
  const file = new Uint8Array(png.length + chunk.length);
  file.set(png.subarray(0, signatureAndHeader));
  file.set(chunk, signatureAndHeader);
  file.set(png.subarray(signatureAndHeader), signatureAndHeader + chunk.length);
  return file;
}

/** CRC-32 as PNG has it: ISO 3309, bit by bit. */
function checksum(bytes: Uint8Array): number {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return (rest ^ 0xffffffff) >>> 0;
}

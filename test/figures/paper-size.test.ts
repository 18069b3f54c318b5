import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawnSize, svgInMillimetres } from '../../src/renderer/figures/paper-size.ts';
import { withDensity } from '../../src/renderer/components/charts/png-density.ts';

test('letters of 12 pixels are of the size asked for, at the width asked for', () => {
  const sizes = fc.record({
    widthMm: fc.double({ min: 20, max: 500, noNaN: true }),
    heightMm: fc.double({ min: 20, max: 500, noNaN: true }),
    fontPt: fc.double({ min: 4, max: 24, noNaN: true })
  });
  fc.assert(
    fc.property(sizes, (size) => {
      const { widthPixels, heightPixels, mmPerPixel } = drawnSize(size);
      expect((12 * mmPerPixel * 72) / 25.4).toBeCloseTo(size.fontPt, 9);
      expect(Math.abs(widthPixels * mmPerPixel - size.widthMm)).toBeLessThanOrEqual(mmPerPixel / 2 + 1e-9);
      expect(Math.abs(heightPixels * mmPerPixel - size.heightMm)).toBeLessThanOrEqual(mmPerPixel / 2 + 1e-9);
    })
  );
});

test('only the root of an SVG document gets another size', () => {
  const size = { widthMm: 84, heightMm: 60, fontPt: 8 };
  const drawn = drawnSize(size);
  const svg =
    '<svg class="main" xmlns="http://www.w3.org/2000/svg" width="720" height="400" viewBox="0 0 720 400"><rect width="5" height="6"/><svg width="7"></svg></svg>';
  expect(svgInMillimetres(svg, size, drawn)).toBe(
    `<svg width="84mm" height="60mm" viewBox="0 0 ${drawn.widthPixels} ${drawn.heightPixels}" preserveAspectRatio="none" class="main" xmlns="http://www.w3.org/2000/svg"><rect width="5" height="6"/><svg width="7"></svg></svg>`
  );
});

test('a PNG gets the chunk that says its density, with the checksum that PNG asks for', () => {
  const png = Uint8Array.from({ length: 60 }, (_, index) => index);
  const file = withDensity(png, 600 / 0.0254);
  expect([...file.subarray(0, 33)]).toEqual([...png.subarray(0, 33)]);
  expect([...file.subarray(54)]).toEqual([...png.subarray(33)]);
  // As libpng writes it for 600 dots to the inch (23622 to the metre).
  expect(Buffer.from(file.subarray(33, 54)).toString('hex')).toBe(
    '000000097048597300005c4600005c46011494 4341'.replace(' ', '')
  );
});

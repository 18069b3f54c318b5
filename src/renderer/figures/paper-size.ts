import { fontSizePixels } from './base-layout.ts';

/** How a figure is to stand in a paper. */
export interface PaperSize {
  readonly widthMm: number;
  readonly heightMm: number;
  /** Of all text, in points of 1/72 inch. */
  readonly fontPt: number;
}

/** How a figure is drawn so that it has that size in the paper, letters included. */
export interface DrawnSize {
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Millimetres in the paper of a pixel that is drawn. */
  readonly mmPerPixel: number;
}

const mmPerPt = 25.4 / 72;

/**
 * Figures are drawn with letters of one size, so the size of a letter in the paper says how large a pixel is there; lines and
 * markers keep their proportions to the letters.
 */
export function drawnSize({ widthMm, heightMm, fontPt }: PaperSize): DrawnSize {
  const mmPerPixel = (fontPt * mmPerPt) / fontSizePixels;
  return {
    widthPixels: Math.round(widthMm / mmPerPixel),
    heightPixels: Math.round(heightMm / mmPerPixel),
    mmPerPixel
  };
}

/** An SVG document with another size: what it shows fills a width and a height in millimetres. */
export function svgInMillimetres(svg: string, { widthMm, heightMm }: PaperSize, drawn: DrawnSize): string {
  return svg.replace(/<svg\b[^>]*>/, (root) => {
    const kept = root.replace(/\s(width|height|viewBox)="[^"]*"/g, '');
    const size = `width="${widthMm}mm" height="${heightMm}mm"`;
    return kept.replace(
      '<svg',
      `<svg ${size} viewBox="0 0 ${drawn.widthPixels} ${drawn.heightPixels}" preserveAspectRatio="none"`
    );
  });
}

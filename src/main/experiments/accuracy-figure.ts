/** One point of a curve: accuracies are proportions, 0 to 1, with their 95 % interval. */
export interface AccuracyPoint {
  readonly bits: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface AccuracySeries {
  readonly name: string;
  readonly points: readonly AccuracyPoint[];
  /** The accuracy of the unquantized network, drawn as a dashed line. */
  readonly baseline: number | null;
}

/** Okabe and Ito's colours (Color Universal Design, 2008), those first that stand out on white. */
const colors = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000'];

/** Outlines around (0, 0), so that series differ without their colours too; small, so that short whiskers show. */
const markers = [
  'M3.2 0A3.2 3.2 0 1 1 -3.2 0A3.2 3.2 0 1 1 3.2 0Z',
  'M-2.9 -2.9H2.9V2.9H-2.9Z',
  'M0 -4L4 0L0 4L-4 0Z',
  'M0 -3.8L3.8 3H-3.8Z',
  'M0 3.8L3.8 -3H-3.8Z'
];

/** As it is drawn without a size for paper, in pixels. */
const usualSize = { width: 640, height: 480 };
const letterPixels = 12;
const plot = { left: 64, right: 24, bottom: 52 };
/** Of the legend's first line, and from one of its lines to the next. */
const legendTop = 40;
const legendLine = 20;
/** The mean width of a letter at this size. */
const letterWidth = 6;

/** How a figure is to stand in a paper. */
export interface PaperSize {
  readonly widthMm: number;
  readonly heightMm: number;
  /** Of all text but the title, in points of 1/72 inch. */
  readonly fontPt: number;
}

/**
 * The figure "top-1 accuracy against bits" as an SVG document, for papers: text stays text, whiskers are 95 % intervals,
 * and series whose whiskers would cover each other are moved apart a little.
 */
export function accuracyFigure(
  title: string,
  series: readonly AccuracySeries[],
  paper: PaperSize | null = null
): string {
  // Letters are drawn in one size, so the size of a letter on paper says how large a pixel is there.
  const mmPerPixel = paper === null ? 0 : (paper.fontPt * 25.4) / 72 / letterPixels;
  const size =
    paper === null
      ? usualSize
      : { width: Math.round(paper.widthMm / mmPerPixel), height: Math.round(paper.heightMm / mmPerPixel) };
  const [width, height] =
    paper === null ? [size.width, size.height] : [`${paper.widthMm}mm`, `${paper.heightMm}mm`];
  const bits = [...new Set(series.flatMap(({ points }) => points.map((point) => point.bits)))].sort(
    (a, b) => a - b
  );
  const values = series.flatMap(({ points, baseline }) => [
    ...points.flatMap(({ low, high }) => [low, high]),
    ...(baseline === null ? [] : [baseline])
  ]);
  const axis = percentAxis(values);
  const innerWidth = size.width - plot.left - plot.right;
  const key = legend(series, size.width);
  const top = legendTop + key.lines * legendLine;
  const innerHeight = size.height - top - plot.bottom;
  const step = innerWidth / Math.max(1, bits.length);
  const x = (value: number) => plot.left + step * (bits.indexOf(value) + 0.5);
  const y = (value: number) => top + innerHeight * (1 - (value * 100 - axis.low) / (axis.high - axis.low));
  const spread = Math.min(7, (step * 0.5) / Math.max(1, series.length));
  const offset = (index: number) => (index - (series.length - 1) / 2) * spread;

  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${width}" height="${height}" role="img" font-family="Helvetica, Arial, sans-serif" font-size="${letterPixels}" fill="#222222">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${size.width}" height="${size.height}" fill="#ffffff"/>`,
    text(plot.left, 20, title, 'font-size="14" font-weight="bold"'),
    ...axis.ticks.flatMap((tick) => {
      const at = y(tick / 100);
      return [
        `<path d="M${plot.left} ${fixed(at)}H${size.width - plot.right}" stroke="#e2e2e2"/>`,
        text(plot.left - 8, at + 4, String(tick), 'text-anchor="end"')
      ];
    }),
    ...bits.map((value) =>
      text(x(value), size.height - plot.bottom + 20, String(value), 'text-anchor="middle"')
    ),
    `<path d="M${plot.left} ${top}V${size.height - plot.bottom}H${size.width - plot.right}" fill="none" stroke="#555555"/>`,
    text(
      plot.left + innerWidth / 2,
      size.height - 10,
      'Bits of weights and activations',
      'text-anchor="middle"'
    ),
    text(
      0,
      0,
      'Top-1 accuracy (%)',
      `text-anchor="middle" transform="translate(18 ${top + innerHeight / 2}) rotate(-90)"`
    ),
    ...series.flatMap((each, index) =>
      drawn(each, index, (value) => x(value) + offset(index), y, size.width)
    ),
    ...key.parts
  ];
  return `${parts.join('\n')}\n</svg>\n`;
}

/** One curve: its baseline, its line, a whisker and a marker for each point. */
function drawn(
  { points, baseline }: AccuracySeries,
  index: number,
  x: (bits: number) => number,
  y: (value: number) => number,
  widthPixels: number
): string[] {
  const color = colors[index % colors.length]!;
  const marker = markers[index % markers.length]!;
  const ordered = [...points].sort((a, b) => a.bits - b.bits);
  const line = ordered.map(
    (point, i) => `${i === 0 ? 'M' : 'L'}${fixed(x(point.bits))} ${fixed(y(point.value))}`
  );
  const whisker = ({ bits, low, high }: AccuracyPoint) => {
    const [at, from, to] = [fixed(x(bits)), fixed(y(low)), fixed(y(high))];
    return `M${at} ${from}V${to}m-3 0h6M${at} ${from}m-3 0h6`;
  };
  return [
    `<g stroke="${color}" fill="none" stroke-width="1.5">`,
    ...(baseline === null
      ? []
      : [
          `<path d="M${plot.left} ${fixed(y(baseline))}H${widthPixels - plot.right}" stroke-dasharray="5 4" stroke-width="1"/>`
        ]),
    `<path d="${line.join('')}"/>`,
    `<path d="${ordered.map(whisker).join('')}" stroke-width="1"/>`,
    ...ordered.map(
      (point) =>
        `<path d="${marker}" transform="translate(${fixed(x(point.bits))} ${fixed(y(point.value))})" fill="#ffffff"/>`
    ),
    '</g>'
  ];
}

/** The names beside their markers, on as many lines as they need. */
function legend(series: readonly AccuracySeries[], widthPixels: number): { parts: string[]; lines: number } {
  const entries = series.map(({ name }, index) => ({
    name,
    mark: (x: number, y: number) =>
      `<path d="${markers[index % markers.length]!}" transform="translate(${fixed(x + 10)} ${y})" fill="#ffffff" stroke="${colors[index % colors.length]!}" stroke-width="1.5"/>`
  }));
  if (series.some(({ baseline }) => baseline !== null))
    entries.push({
      name: 'float',
      mark: (x, y) => `<path d="M${fixed(x)} ${y}h20" stroke="#555555" stroke-dasharray="5 4"/>`
    });
  const parts: string[] = [];
  let x = plot.left;
  let line = 0;
  for (const { name, mark } of entries) {
    const width = 26 + name.length * letterWidth + 16;
    if (x > plot.left && x + width > widthPixels - plot.right) {
      line++;
      x = plot.left;
    }
    const y = legendTop + line * legendLine;
    parts.push(mark(x, y), text(x + 26, y + 4, name, ''));
    x += width;
  }
  return { parts, lines: line + 1 };
}

/** Round limits in percent around all values, and the ticks between them. */
function percentAxis(values: readonly number[]): { low: number; high: number; ticks: number[] } {
  const [least, most] = values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)];
  const low = Math.max(0, Math.floor((least * 100) / 10) * 10);
  const high = Math.min(100, Math.ceil((most * 100) / 10) * 10);
  const top = high > low ? high : low + 10;
  const ticks: number[] = [];
  for (let tick = low; tick <= top; tick += 10) ticks.push(tick);
  return { low, high: top, ticks };
}

function text(x: number, y: number, content: string, attributes: string): string {
  return `<text x="${fixed(x)}" y="${fixed(y)}" ${attributes}>${escaped(content)}</text>`;
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** Text for XML, without the control characters that XML cannot hold. */
function escaped(content: string): string {
  return content
    .replace(/[^\P{Cc}\t\n]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

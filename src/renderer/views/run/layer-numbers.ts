import type { LayerHistograms, LayerResult, ValueHistogram } from '../../../contract/index.ts';
import { formatCount } from '../../components/format/index.ts';
import type { Counted } from '../../figures/value-histogram.ts';

/** One quantity of a layer's weights, input and output. */
export type LayerNumber = { readonly name: string } & Readonly<Record<Counted, string>>;

const none = '–';
const number = (value: number | null | undefined) =>
  value === null || value === undefined ? none : String(Number(value.toPrecision(4))).replace('-', '−');
const span = (low: number, high: number) => `${number(low)} to ${number(high)}`;
const decibel = (value: number | null | undefined) =>
  value === null || value === undefined ? none : `${value.toFixed(1)} dB`;

/** What is known of the quantizers of a layer and of what they are given. */
export function layerNumbers(found: LayerHistograms, { weightSqnrDb, report }: LayerResult): LayerNumber[] {
  const row = (name: string, of: (histogram: ValueHistogram) => string): LayerNumber => ({
    name,
    weights: of(found.weights),
    input: of(found.input),
    output: of(found.output)
  });
  const quantizer = (name: string, of: (given: NonNullable<ValueHistogram['quantizer']>) => string) =>
    row(name, (histogram) => (histogram.quantizer === null ? none : of(histogram.quantizer)));
  const share = (count: number, { values }: ValueHistogram) =>
    `${formatCount(count)} (${((100 * count) / Math.max(values, 1)).toFixed(2)} %)`;
  return [
    row('Values', ({ values }) => formatCount(values)),
    row('Range of the values', ({ minimum, maximum, unit }) =>
      unit === 'code' ? `${span(minimum, maximum)} steps` : span(minimum, maximum)
    ),
    row('Exactly zero', (histogram) => share(histogram.zeros, histogram)),
    quantizer('Bits', ({ bits }) => String(bits)),
    quantizer('Scale', ({ scale }) => (scale === null ? 'several' : number(scale))),
    quantizer('Zero point', ({ zeroPoint }) => (zeroPoint === null ? 'several' : String(zeroPoint))),
    quantizer('Levels', ({ firstLevel, lastLevel }) => span(firstLevel, lastLevel)),
    quantizer(
      'Levels used',
      ({ levelsUsed, levelCount }) => `${formatCount(levelsUsed)} of ${formatCount(levelCount)}`
    ),
    row('Clipped below', (histogram) =>
      histogram.quantizer === null ? none : share(histogram.quantizer.clippedBelow, histogram)
    ),
    row('Clipped above', (histogram) =>
      histogram.quantizer === null ? none : share(histogram.quantizer.clippedAbove, histogram)
    ),
    {
      name: 'SQNR of its quantization',
      weights: decibel(weightSqnrDb),
      input: none,
      output: decibel(report?.activationSqnrDb)
    },
    { name: 'SQNR against float', weights: none, input: none, output: decibel(report?.outputSqnrDb) }
  ];
}

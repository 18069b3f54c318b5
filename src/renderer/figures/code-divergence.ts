import type { Divergence } from '../../contract/index.ts';
import { plainText } from './base-layout.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Figure } from './figure.ts';
import { heatLayout, heatTraces, type HeatCell } from './heat-cells.ts';

/** Which of both comparisons with the integers is shown. */
export type DivergenceKind = 'simulated' | 'limited';

/** More samples than this are not drawn. */
const mostSamples = 20;
/** A share of codes that is drawn as nothing: one in a million. */
const faintest = 1e-6;

/**
 * Where codes differ: a row for each layer, a column for all samples together and one for each sample, shaded by the logarithm
 * of the share of codes that differ, with the largest difference in codes as text.
 */
export function codeDivergence(
  { layers, perSample, accumulatorBits }: Divergence,
  kind: DivergenceKind,
  theme: FigureTheme
): Figure {
  const shown = perSample.slice(0, mostSamples);
  const what = kind === 'simulated' ? 'Simulated' : `Accumulators of ${accumulatorBits} bits`;
  const columns = ['all', ...shown.map(({ sample }) => String(sample))];
  const cells: HeatCell[] = layers.flatMap((layer, row) =>
    [layer[kind], ...shown.map((sample) => sample[kind][row]!)].map((difference, column) => ({
      column,
      row,
      shade: shadeOf(difference.share),
      text: difference.largest > 0 ? String(difference.largest) : '',
      hover: `${plainText(layer.name)}, ${column === 0 ? 'all samples' : `sample ${columns[column]}`}: ${(difference.share * 100).toFixed(4)} % of the codes differ, by ${difference.largest} at most`
    }))
  );
  const first = layers.find((layer) => layer[kind].differing > 0);
  const names = layers.map(({ name }) => plainText(name));
  return {
    name: `${what} against integers`,
    description: `${what} against integers in ample accumulators, layer by layer. ${
      first === undefined
        ? 'No code differs.'
        : `Codes part first at ${first.name}, where ${(first[kind].share * 100).toFixed(4)} % differ, by ${first[kind].largest} at most.`
    }`,
    data: heatTraces(cells, theme, 10),
    layout: heatLayout(theme, { title: 'Sample', names: columns }, { title: 'Layer', names }),
    table: {
      columns: [
        { title: 'Layer' },
        { title: 'Sums needed', unit: 'bits', digits: 0 },
        { title: 'Codes', digits: 0 },
        { title: 'Differing', digits: 0 },
        { title: 'Share', unit: '%', digits: 4 },
        { title: 'Largest difference', unit: 'codes', digits: 0 }
      ],
      rows: layers.map((layer) => [
        layer.name,
        layer.dataBits,
        layer.codes,
        layer[kind].differing,
        layer[kind].share * 100,
        layer[kind].largest
      ])
    },
    heightPixels: 96 + Math.max(layers.length * 20, 120)
  };
}

/** 0 for none, 1 for all, a step for each power of ten between. */
function shadeOf(share: number): number {
  if (share <= 0) return 0;
  return 0.1 + 0.9 * (1 - Math.log(Math.max(share, faintest)) / Math.log(faintest));
}

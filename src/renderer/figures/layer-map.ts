import type { ComparedQuantity, LayerComparison } from '../../contract/index.ts';
import { plainText } from './base-layout.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Figure } from './figure.ts';
import { heatLayout, heatTraces, type HeatCell } from './heat-cells.ts';
import { inUnit, layerQuantities } from './layer-bars.ts';
import { signed } from './signed.ts';

/** Whether a low number is what costs accuracy, and so what is drawn in the strongest colour. */
const lowIsBad: Readonly<Record<ComparedQuantity, boolean | null>> = {
  outputSqnrDb: true,
  activationSqnrDb: true,
  weightSqnrDb: true,
  hardwareSqnrDb: true,
  weightsClipped: false,
  outputClipped: false,
  overflowShare: false,
  adcClipped: false,
  // More bits cost something else.
  weightBits: null,
  outputBits: null
};

/** What the colours of a map mean, in a sentence. */
export function layerMapLegend(quantity: ComparedQuantity, isDifference: boolean, letter: string): string {
  const bad = lowIsBad[quantity];
  if (isDifference) {
    const [blue, orange] = bad === null ? ['more', 'fewer'] : ['better', 'worse'];
    return `Against ${letter}: blue is ${blue}, orange ${orange}.`;
  }
  return bad === true
    ? 'The stronger the colour, the lower the value.'
    : 'The stronger the colour, the higher the value.';
}

/**
 * A quantity of layers (rows, from the input down) by runs (columns), or its difference to that of one of the runs.
 * @param letters one for each run @param reference index of the run that differences are taken to; null for none
 */
export function layerMap(
  { layers, quantities }: LayerComparison,
  quantity: ComparedQuantity,
  letters: readonly string[],
  reference: number | null,
  theme: FigureTheme
): Figure {
  const { title, unit, digits } = layerQuantities[quantity];
  const stored = quantities[quantity].map((row) => row.map((value) => inUnit(quantity, value)));
  const values = stored.map((row) =>
    row.map((value) => {
      if (reference === null || value === null) return value;
      const own = row[reference] ?? null;
      return own === null ? null : value - own;
    })
  );
  const known = values.flat().filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const largest = Math.max(...known.map(Math.abs), 1e-12);
  const bad = lowIsBad[quantity];
  const shade = (value: number) => {
    if (reference !== null) return (bad === false ? -value : value) / largest;
    if (bad === false) return value / largest;
    if (most === least) return bad === true ? 0 : 0.5;
    return bad === true ? (most - value) / (most - least) : 0.1 + (0.8 * (value - least)) / (most - least);
  };
  const textOf = (value: number) =>
    reference === null ? value.toFixed(digits).replace('-', '−') : signed(value, digits);
  const cells = values.flatMap((row, at) =>
    row.flatMap((value, column): HeatCell[] =>
      value === null
        ? []
        : [
            {
              column,
              row: at,
              shade: shade(value),
              text: textOf(value),
              hover: `${plainText(layers[at]!)}<br>${letters[column]!}: ${textOf(value)}${unit === undefined ? '' : ` ${unit}`}`
            }
          ]
    )
  );
  const against = reference === null ? '' : `, against ${letters[reference]!}`;
  return {
    name: `${title} by layer and run${against}`,
    description:
      `${title}${unit === undefined ? '' : ` (${unit})`} of ${layers.length} layers in ${letters.length} runs${against}. ` +
      (known.length === 0 ? 'No layer has it.' : `From ${textOf(least)} to ${textOf(most)}.`),
    data: heatTraces(cells, theme, 11),
    layout: heatLayout(
      theme,
      { title: 'Run', names: letters },
      { title: 'Layer', names: layers.map(plainText) }
    ),
    table: {
      columns: [
        { title: 'Layer' },
        ...letters.map((letter) => ({
          title: reference === null ? letter : `${letter} − ${letters[reference]!}`,
          ...(unit !== undefined && { unit }),
          digits
        }))
      ],
      rows: layers.map((layer, row) => [layer, ...values[row]!])
    },
    heightPixels: 72 + Math.max(layers.length * 22, 88)
  };
}

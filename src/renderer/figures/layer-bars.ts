import type { LayerResult } from '../../contract/index.ts';
import { axis, baseLayout, plainText } from './base-layout.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Figure } from './figure.ts';

/** What can be drawn layer by layer. */
export type LayerQuantity =
  | 'outputSqnrDb'
  | 'activationSqnrDb'
  | 'weightSqnrDb'
  | 'weightBits'
  | 'outputBits'
  | 'weightsClipped'
  | 'outputClipped'
  | 'macs'
  | 'parameters'
  | 'overflowShare'
  | 'worstCaseBits'
  | 'dataBits'
  | 'a2qMarginBits'
  | 'biasErrorCodes'
  | 'hardwareSqnrDb'
  | 'adcClipped'
  | 'utilization';

interface QuantityDescription {
  readonly title: string;
  readonly unit?: string;
  readonly digits: number;
  /** What the stored number is multiplied by to be in the unit; 1 where it is left out. */
  readonly factor?: number;
  /** The number as it is stored. */
  readonly of: (layer: LayerResult) => number | null;
}

/** A stored number of a layer in the unit of its quantity. */
export function inUnit(quantity: LayerQuantity, stored: number | null): number | null {
  return stored === null ? null : stored * (layerQuantities[quantity].factor ?? 1);
}

export const layerQuantities: Readonly<Record<LayerQuantity, QuantityDescription>> = {
  outputSqnrDb: {
    title: 'Output SQNR',
    unit: 'dB',
    digits: 1,
    of: (layer) => layer.report?.outputSqnrDb ?? null
  },
  activationSqnrDb: {
    title: 'Output SQNR of its quantization alone',
    unit: 'dB',
    digits: 1,
    of: (layer) => layer.report?.activationSqnrDb ?? null
  },
  weightSqnrDb: { title: 'Weight SQNR', unit: 'dB', digits: 1, of: (layer) => layer.weightSqnrDb },
  weightBits: { title: 'Weight bits', digits: 0, of: (layer) => layer.weights?.bits ?? null },
  outputBits: { title: 'Output bits', digits: 0, of: (layer) => layer.output?.bits ?? null },
  weightsClipped: {
    title: 'Weights clipped',
    unit: '%',
    digits: 2,
    factor: 100,
    of: (layer) => layer.report?.weightsClipped ?? null
  },
  outputClipped: {
    title: 'Outputs clipped',
    unit: '%',
    digits: 2,
    factor: 100,
    of: (layer) => layer.report?.outputClipped ?? null
  },
  macs: {
    title: 'Multiply-accumulates',
    unit: 'million',
    digits: 2,
    factor: 1e-6,
    of: (layer) => layer.macs
  },
  parameters: {
    title: 'Parameters',
    unit: 'thousand',
    digits: 1,
    factor: 1e-3,
    of: (layer) => layer.parameters
  },
  overflowShare: {
    title: 'Overflows',
    unit: '% of additions',
    digits: 3,
    factor: 100,
    of: ({ integers }) => integers?.overflowShare ?? null
  },
  worstCaseBits: {
    title: 'Accumulator bits of the worst case',
    digits: 0,
    of: ({ integers }) => integers?.worstCaseBits ?? null
  },
  dataBits: {
    title: 'Accumulator bits that the data needed',
    digits: 0,
    of: ({ integers }) => integers?.dataBits ?? null
  },
  a2qMarginBits: {
    title: 'A2Q margin',
    unit: 'bits',
    digits: 1,
    of: ({ integers }) => integers?.a2qMarginBits ?? null
  },
  biasErrorCodes: {
    title: 'Largest bias error',
    unit: 'codes',
    digits: 3,
    of: ({ integers }) => integers?.biasErrorCodes ?? null
  },
  hardwareSqnrDb: {
    title: 'Hardware SQNR',
    unit: 'dB',
    digits: 1,
    of: ({ accelerator }) => accelerator?.outputSqnrDb ?? null
  },
  adcClipped: {
    title: 'Sums clipped by the converter',
    unit: '%',
    digits: 3,
    factor: 100,
    of: ({ accelerator }) => accelerator?.clippedShare ?? null
  },
  utilization: {
    title: 'Utilization of tiles',
    unit: '%',
    digits: 1,
    factor: 100,
    of: ({ accelerator }) => accelerator?.utilization ?? null
  }
};

/** One horizontal bar for each layer, from the input (top) to the output; layers without the quantity have no bar. */
export function layerBars(
  layers: readonly LayerResult[],
  quantity: LayerQuantity,
  theme: FigureTheme
): Figure {
  const { title, unit, digits, of } = layerQuantities[quantity];
  const header = unit === undefined ? title : `${title} (${unit})`;
  const values = layers.map((layer) => inUnit(quantity, of(layer)));
  const known = values.filter((value) => value !== null);
  const rows = layers.map((_, index) => index);
  const least = known.length === 0 ? null : Math.min(...known);
  const worst = least === null ? undefined : layers[values.indexOf(least)];
  const summary =
    worst === undefined ? 'No layer has it.' : `The smallest is ${least!.toFixed(digits)} at ${worst.name}.`;
  const layout = baseLayout(
    theme,
    axis(theme, header, {
      fixedrange: true,
      range: [Math.min(0, least ?? 0) * 1.15, Math.max(1, ...known) * 1.12]
    }),
    axis(theme, 'Layer', {
      tickmode: 'array',
      tickvals: rows,
      ticktext: layers.map((layer) => plainText(layer.name)),
      range: [layers.length - 0.5, -0.5],
      showgrid: false,
      tickcolor: theme.background,
      fixedrange: true
    })
  );
  return {
    name: `${title} by layer`,
    description: `${header} of ${layers.length} layers. ${summary}`,
    data: [
      {
        type: 'bar',
        orientation: 'h',
        name: title,
        x: values,
        y: rows,
        text: values.map((value) => (value === null ? '' : value.toFixed(digits))),
        textposition: 'outside',
        cliponaxis: false,
        hovertemplate: `%{text}${unit === undefined ? '' : ` ${unit}`}<extra></extra>`,
        showlegend: false,
        marker: { color: theme.series[0]! }
      }
    ],
    layout: { ...layout, bargap: 0.35, dragmode: false },
    table: {
      columns: [{ title: 'Layer' }, { title: 'Operator' }, { title, ...(unit && { unit }), digits }],
      rows: layers.map((layer, index) => [layer.name, layer.operator, values[index] ?? null])
    },
    heightPixels: 72 + Math.max(layers.length * 22, 88)
  };
}

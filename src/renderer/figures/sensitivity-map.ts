import type {
  SensitivityDetails,
  SensitivityMeasure,
  SensitivitySubject,
  SensitivityUnit
} from '../../contract/index.ts';
import { plainText } from './base-layout.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Figure } from './figure.ts';
import { heatLayout, heatTraces, type HeatCell } from './heat-cells.ts';

export type SensitivityQuantity = 'logitsSqnrDb' | 'top1Drop' | 'divergence' | 'crossEntropyRise';

type Float = NonNullable<SensitivityDetails['float']>;

interface QuantityDescription {
  readonly title: string;
  readonly unit: string;
  readonly digits: number;
  /** Whether a small value, and not a large one, is what makes a unit sensitive. */
  readonly smallIsSensitive: boolean;
  readonly of: (measure: SensitivityMeasure, float: Float) => number | null;
}

/** What is measured, as it is shown. */
export const sensitivityQuantities: Readonly<Record<SensitivityQuantity, QuantityDescription>> = {
  logitsSqnrDb: {
    title: 'SQNR of the logits',
    unit: 'dB',
    digits: 1,
    smallIsSensitive: true,
    of: ({ logitsSqnrDb }) => logitsSqnrDb
  },
  top1Drop: {
    title: 'Top-1 lost',
    unit: 'points',
    digits: 1,
    smallIsSensitive: false,
    of: ({ top1 }, float) => 100 * (float.top1.value - top1.value)
  },
  divergence: {
    title: 'Divergence of the softmax',
    unit: 'nat',
    digits: 4,
    smallIsSensitive: false,
    of: ({ divergence }) => divergence
  },
  crossEntropyRise: {
    title: 'Rise of the cross-entropy',
    unit: 'nat',
    digits: 4,
    smallIsSensitive: false,
    of: ({ crossEntropy }, float) => crossEntropy - float.crossEntropy
  }
};

/** A unit with its measures by width. */
export interface UnitRow {
  readonly unit: SensitivityUnit;
  /** Its place in the network. */
  readonly index: number;
  readonly at: ReadonlyMap<number, SensitivityMeasure>;
}

/** The units of a subject in the order of the network. */
export function unitRows(
  { units, measures }: Pick<SensitivityDetails, 'units' | 'measures'>,
  subject: SensitivitySubject
): UnitRow[] {
  const byUnit = Map.groupBy(
    measures.filter((measure) => measure.subject === subject),
    ({ unit }) => unit
  );
  return units
    .filter((unit) => unit.subject === subject)
    .map((unit, index) => ({
      unit,
      index,
      at: new Map((byUnit.get(unit.name) ?? []).map((measure) => [measure.bits, measure]))
    }));
}

export type UnitOrder = 'sensitivity' | 'network';

/** Rows in the order of the network, or the most sensitive at the fewest bits first. Units that are not measured come last. */
export function orderedUnits(
  rows: readonly UnitRow[],
  order: UnitOrder,
  quantity: SensitivityQuantity,
  float: Float,
  bits: readonly number[]
): UnitRow[] {
  if (order === 'network') return [...rows];
  const fewest = Math.min(...bits);
  const { smallIsSensitive, of } = sensitivityQuantities[quantity];
  const rank = ({ at }: UnitRow) => {
    const measure = at.get(fewest);
    if (measure === undefined) return -Infinity;
    const value = of(measure, float);
    // Only a ratio to nothing that was lost is missing.
    if (value === null) return -Number.MAX_VALUE;
    return smallIsSensitive ? -value : value;
  };
  return rows.toSorted((a, b) => rank(b) - rank(a) || a.index - b.index);
}

/**
 * Units (rows) by bit widths (columns): the darker a cell, the more the network loses when only this unit has so few bits.
 * @param rows in the order in which they are drawn
 */
export function sensitivityMap(
  rows: readonly UnitRow[],
  details: Pick<SensitivityDetails, 'model' | 'bits' | 'samples' | 'dataset'>,
  float: Float,
  subject: SensitivitySubject,
  quantity: SensitivityQuantity,
  theme: FigureTheme
): Figure {
  const { title, unit, digits, smallIsSensitive, of } = sensitivityQuantities[quantity];
  const bits = details.bits.toSorted((a, b) => b - a);
  const values = rows.map(({ at }) =>
    bits.map((width) => {
      const measure = at.get(width);
      return measure === undefined ? null : of(measure, float);
    })
  );
  const known = values.flat().filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  const shade = (value: number) => {
    if (most === least) return 0;
    return smallIsSensitive ? (most - value) / (most - least) : Math.max(0, value) / Math.max(most, 1e-12);
  };
  const cells = rows.flatMap(({ unit: each }, row) =>
    bits.flatMap((width, column): HeatCell[] => {
      const value = values[row]![column] ?? null;
      if (value === null) return [];
      const text = value.toFixed(digits).replace('-', '−');
      const hover = `${plainText(each.name)}<br>${width} bits: ${text} ${unit}`;
      return [{ column, row, shade: shade(value), text, hover }];
    })
  );
  const header = subject === 'weights' ? 'Layer' : 'Tensor';
  const first = rows[0];
  return {
    name: `${title}, ${subject} of one ${header.toLowerCase()} at a time, ${details.model}`,
    description:
      `${title} (${unit}) of ${details.model} on ${details.samples} samples of ${details.dataset} with only the ${subject} ` +
      `of one ${header.toLowerCase()} quantized: ${rows.length} rows by ${bits.length} bit widths.` +
      (first === undefined ? '' : ` At the top stands ${first.unit.name}.`),
    data: heatTraces(cells, theme, 11),
    layout: heatLayout(
      theme,
      { title: `Bits of the ${subject}`, names: bits.map(String) },
      { title: header, names: rows.map(({ unit: each }) => plainText(each.name)) }
    ),
    table: {
      columns: [{ title: header }, ...bits.map((width) => ({ title: `${width} bits`, unit, digits }))],
      rows: rows.map(({ unit: each }, row) => [each.name, ...values[row]!])
    },
    heightPixels: 72 + Math.max(rows.length * 22, 88)
  };
}

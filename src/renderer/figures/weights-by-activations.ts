import type { Run } from '../../contract/index.ts';
import { accuracySeries } from './accuracy-series.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Figure } from './figure.ts';
import { heatLayout, heatTraces, type HeatCell } from './heat-cells.ts';
import { percentDigits, percentText } from './percent.ts';

/**
 * Top-1 accuracy of one model over the grid of weight bits (rows) and activation bits (columns), where a design crosses
 * them. Shaded from 0 to 100 %, so that maps of different models can be compared by eye.
 */
export function weightsByActivations(runs: readonly Run[], model: string, theme: FigureTheme): Figure {
  const mine = runs.filter((run) => run.model === model && !run.baseline);
  const byActivations = accuracySeries(mine, { factor: 'activations.bits' });
  const rows = accuracySeries(mine, { factor: 'weights.bits' });
  const cells: HeatCell[] = [];
  const table: (string | number | null)[][] = [];
  for (const [row, weightBits] of rows.levels.entries()) {
    const inRow = accuracySeries(
      mine.filter((run) => run.configuration.weights.bits === weightBits),
      { factor: 'activations.bits' }
    );
    const numbers: (number | null)[] = [];
    for (const [column, activationBits] of byActivations.levels.entries()) {
      const at = inRow.levels.indexOf(activationBits);
      const point = at < 0 ? null : (inRow.series[0]?.points[at] ?? null);
      numbers.push(point === null ? null : 100 * point.value);
      if (point === null) continue;
      const count = point.runs[0]!.samples;
      const [value, low, high] = [point.value, point.low, point.high].map((share) =>
        percentText(share, count)
      );
      cells.push({
        column,
        row,
        shade: point.value,
        text: (100 * point.value).toFixed(1),
        hover: `${weightBits}-bit weights, ${activationBits}-bit activations<br>${value} % (95 %: ${low} to ${high})`
      });
    }
    table.push([rows.levelNames[row]!, ...numbers]);
  }
  const digits = percentDigits(Math.max(0, ...mine.map((run) => run.samples)));
  return {
    name: `Weight bits by activation bits, ${model}`,
    description:
      `Top-1 accuracy in percent of ${model} for ${cells.length} combinations of weight bits (rows) ` +
      'and activation bits (columns), shaded from 0 to 100 %.',
    data: heatTraces(cells, theme, 12),
    layout: heatLayout(
      theme,
      { title: 'Activation bits', names: byActivations.levelNames },
      { title: 'Weight bits', names: rows.levelNames }
    ),
    table: {
      columns: [
        { title: 'Weight bits' },
        ...byActivations.levelNames.map((name) => ({ title: `${name}-bit activations`, unit: '%', digits }))
      ],
      rows: table
    },
    heightPixels: 72 + Math.max(rows.levels.length * 36, 120)
  };
}

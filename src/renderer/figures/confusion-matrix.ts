import { plainText } from './base-layout.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Figure } from './figure.ts';
import { heatLayout, heatTraces, type HeatCell } from './heat-cells.ts';

/** Above this many classes a cell is too small for its number. */
const mostClassesWithText = 24;

/**
 * The confusion matrix: rows are labels, columns predictions. A cell is shaded by the square root of its share of the
 * label's samples, so that rare mistakes show beside the diagonal. Empty cells are left out of large matrices.
 *
 * @param confusion confusion[label][prediction] = number of samples
 */
export function confusionMatrix(
  confusion: readonly (readonly number[])[],
  classNames: readonly string[],
  theme: FigureTheme
): Figure {
  const classes = confusion.length;
  const names = confusion.map((_, index) => classNames[index] ?? String(index));
  const withText = classes <= mostClassesWithText;
  const cells: HeatCell[] = [];
  let correct = 0;
  let total = 0;
  for (const [label, row] of confusion.entries()) {
    const samples = row.reduce((sum, count) => sum + count, 0);
    total += samples;
    correct += row[label] ?? 0;
    for (const [prediction, count] of row.entries()) {
      if (count === 0 && !withText) continue;
      cells.push({
        column: prediction,
        row: label,
        shade: samples === 0 ? 0 : Math.sqrt(count / samples),
        text: withText && count > 0 ? String(count) : '',
        hover: `${count} × ${plainText(names[label]!)} taken for ${plainText(names[prediction] ?? String(prediction))}`
      });
    }
  }
  const shown = names.map(plainText);
  return {
    name: 'Confusion matrix',
    description:
      `Confusion matrix of ${classes} classes: ${correct} of ${total} samples lie on the diagonal. ` +
      'Rows are labels, columns predictions; shade is the square root of the share of the label.',
    data: heatTraces(cells, theme, classes <= 12 ? 12 : 10),
    layout: heatLayout(theme, { title: 'Prediction', names: shown }, { title: 'Label', names: shown }),
    table: {
      columns: [{ title: 'Label' }, ...names.map((name) => ({ title: name, digits: 0 }))],
      rows: confusion.map((row, label) => [names[label]!, ...row])
    },
    heightPixels: Math.min(760, 80 + Math.max(classes * 32, 160))
  };
}

import type { BitChoice, BudgetKind } from '../../contract/index.ts';
import { plainText } from './base-layout.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Figure } from './figure.ts';
import { heatLayout, heatTraces, type HeatCell } from './heat-cells.ts';

/** A budget in a few characters: `4 bits`, `271.8 kB`, `979 M`. */
export function budgetLabel(kind: BudgetKind, value: number): string {
  const short = (number: number, digits: number) => String(Number(number.toFixed(digits)));
  if (kind === 'average-bits') return `${short(value, 2)} bits`;
  return kind === 'size' ? `${short(value / 8000, 1)} kB` : `${short(value / 1e6, 1)} M`;
}

/** The bits that each layer gets (rows) within each budget (columns): the darker, the more. */
export function chosenBitsMap(
  choices: readonly BitChoice[],
  kind: BudgetKind,
  subject: 'weights' | 'activations',
  theme: FigureTheme
): Figure {
  const widthsOf = (choice: BitChoice) =>
    subject === 'weights'
      ? choice.weights.map(({ layer, bits }) => ({ name: layer, bits }))
      : choice.activations.map(({ tensor, bits }) => ({ name: tensor, bits }));
  const names = choices.length === 0 ? [] : widthsOf(choices[0]!).map(({ name }) => name);
  const columns = choices.map((choice) => budgetLabel(kind, choice.budget ?? Number.NaN));
  const all = choices.flatMap((choice) => widthsOf(choice).map(({ bits }) => bits));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const cells = choices.flatMap((choice, column) =>
    widthsOf(choice).map(({ name, bits }, row): HeatCell => ({
      column,
      row,
      shade: most === least ? 0.5 : 0.1 + (0.8 * (bits - least)) / (most - least),
      text: String(bits),
      hover: `${plainText(name)}<br>${columns[column]!}: ${bits} bits`
    }))
  );
  const header = subject === 'weights' ? 'Layer' : 'Tensor';
  return {
    name: `Bits of the ${subject} within budgets`,
    description:
      `Bits chosen for the ${subject} of ${names.length} ${header.toLowerCase()}s within ${choices.length} budgets` +
      (all.length === 0 ? '.' : `, from ${least} to ${most}.`),
    data: heatTraces(cells, theme, 11),
    layout: heatLayout(
      theme,
      { title: 'Budget', names: columns },
      { title: header, names: names.map(plainText) }
    ),
    table: {
      columns: [{ title: header }, ...columns.map((title) => ({ title, unit: 'bits', digits: 0 }))],
      rows: names.map((name, row) => [name, ...choices.map((choice) => widthsOf(choice)[row]?.bits ?? null)])
    },
    heightPixels: 72 + Math.max(names.length * 22, 88)
  };
}

import type { Run } from '../../contract/index.ts';
import { distinctLevels, levelOf, meanPoint, sameLevel, sortedLevels } from './accuracy-series.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Figure } from './figure.ts';
import { heatLayout, heatTraces, type HeatCell } from './heat-cells.ts';
import { percentDigits, percentInterval } from './percent.ts';
import { levelPhrase, levelText, settingName, settingPhrase } from './setting-names.ts';

/** Two crossed factors, as dotted paths. */
export interface MapAxes {
  readonly rows: string;
  readonly columns: string;
}

/**
 * Top-1 accuracy over the grid of two factors that a design crosses, such as weight bits by activation bits, or the bits of a
 * converter by the size of a tile. Shaded from 0 to 100 %, so that maps can be compared by eye.
 * @param runs of one model; what they differ in beside both factors must be the seed
 * @param subject what the runs have in common, such as the model's name
 */
export function accuracyMap(
  runs: readonly Run[],
  { rows, columns }: MapAxes,
  subject: string,
  theme: FigureTheme
): Figure {
  const mine = runs.filter((run) => !run.baseline);
  const levelsOf = (path: string) =>
    sortedLevels(distinctLevels(mine.map((run) => levelOf(run, path))), path);
  const rowLevels = levelsOf(rows);
  const columnLevels = levelsOf(columns);
  const cells: HeatCell[] = [];
  const table = rowLevels.map((rowLevel, row) => {
    const inRow = mine.filter((run) => sameLevel(levelOf(run, rows), rowLevel));
    const numbers = columnLevels.map((columnLevel, column) => {
      const point = meanPoint(inRow.filter((run) => sameLevel(levelOf(run, columns), columnLevel)));
      if (point === null) return null;
      const count = point.runs[0]!.samples;
      const place = `${levelPhrase(rows, rowLevel)}, ${levelPhrase(columns, columnLevel)}`;
      cells.push({
        column,
        row,
        shade: point.value,
        text: (100 * point.value).toFixed(1),
        hover: `${place}<br>${percentInterval(point, count)}`
      });
      return 100 * point.value;
    });
    return [levelText(rowLevel), ...numbers];
  });
  const digits = percentDigits(Math.max(0, ...mine.map((run) => run.samples)));
  const title = mapTitle({ rows, columns });
  return {
    name: `${title}, ${subject}`,
    description:
      `Top-1 accuracy in percent of ${subject} for ${cells.length} combinations of ` +
      `${settingPhrase(rows)} (rows) and ${settingPhrase(columns)} (columns), shaded from 0 to 100 %.`,
    data: heatTraces(cells, theme, 12),
    layout: heatLayout(
      theme,
      { title: settingName(columns), names: columnLevels.map((level) => levelText(level)) },
      { title: settingName(rows), names: rowLevels.map((level) => levelText(level)) }
    ),
    table: {
      columns: [
        { title: settingName(rows) },
        ...columnLevels.map((level) => ({ title: levelPhrase(columns, level), unit: '%', digits }))
      ],
      rows: table
    },
    heightPixels: 72 + Math.max(rowLevels.length * 36, 120)
  };
}

/** `Weight bits by activation bits`. */
export function mapTitle({ rows, columns }: MapAxes): string {
  return `${settingName(rows)} by ${settingPhrase(columns)}`;
}

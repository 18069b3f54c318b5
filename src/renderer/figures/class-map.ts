import type { ClassComparison } from '../../contract/index.ts';
import { plainText } from './base-layout.ts';
import type { FigureTheme } from './figure-theme.ts';
import type { Figure } from './figure.ts';
import { heatLayout, heatTraces, type HeatCell } from './heat-cells.ts';
import { signed } from './signed.ts';

/** More classes than this are not drawn: those in which the runs differ most are, and the table has all. */
export const mostDrawnClasses = 60;

/** The chance of a false finding that a marked difference stays below. */
const level = 0.05;

/**
 * Accuracy by class (rows) and run (columns), or its difference to that of one of the runs: a star stands behind what McNemar's
 * exact test finds after Holm's correction over the classes.
 * @param letters one for each run of the comparison @param reference index of the reference @param isDifference what is drawn
 */
export function classMap(
  comparison: ClassComparison,
  letters: readonly string[],
  reference: number,
  isDifference: boolean,
  theme: FigureTheme
): Figure {
  const { samples, runs } = comparison;
  const classes = [...samples.keys()].filter((label) => samples[label]! > 0);
  const nameOf = (label: number) => comparison.classNames[label] ?? String(label);
  const share = (run: number, label: number) => (100 * runs[run]!.right[label]!) / samples[label]!;
  const difference = (run: number, label: number) => share(run, label) - share(reference, label);
  const spread = (label: number) =>
    Math.max(...runs.map((_, run) => share(run, label))) -
    Math.min(...runs.map((_, run) => share(run, label)));
  const drawn = classes
    .toSorted((a, b) => spread(b) - spread(a) || a - b)
    .slice(0, mostDrawnClasses)
    .sort((a, b) => a - b);
  const largest = Math.max(
    ...classes.flatMap((label) => runs.map((_, run) => Math.abs(difference(run, label)))),
    1e-9
  );
  const cells = drawn.flatMap((label, row) =>
    runs.map((run, column): HeatCell => {
      const value = isDifference ? difference(column, label) : share(column, label);
      const isFound = isDifference && run.adjusted[label]! < level;
      return {
        column,
        row,
        shade: isDifference ? value / largest : value / 100,
        text: isDifference ? `${signed(value, 1)}${isFound ? '*' : ''}` : value.toFixed(1),
        hover: hoverOf(nameOf(label), letters[column]!, run, label, samples[label]!, letters[reference]!)
      };
    })
  );
  const found = runs.flatMap((run) => classes.filter((label) => run.adjusted[label]! < level)).length;
  const against = isDifference ? `, against ${letters[reference]!}` : '';
  const left = classes.length - drawn.length;
  return {
    name: `Accuracy by class and run${against}`,
    description: [
      `Accuracy of ${runs.length} runs on ${classes.length} classes${against}` +
        (isDifference
          ? ` in percentage points; a star marks ${found} differences that are shown at 5 %.`
          : ' in %.'),
      ...(left > 0 ? [`The ${drawn.length} classes in which the runs differ most are drawn.`] : [])
    ].join(' '),
    data: heatTraces(cells, theme, 11),
    layout: heatLayout(
      theme,
      { title: 'Run', names: letters },
      { title: 'Class', names: drawn.map((label) => plainText(nameOf(label))) }
    ),
    table: {
      columns: [
        { title: 'Class' },
        { title: 'Samples', digits: 0 },
        ...letters.flatMap((letter, run) => {
          if (!isDifference)
            return [
              { title: letter, unit: '%', digits: 2 },
              { title: `${letter}, 95 % from`, unit: '%', digits: 2 },
              { title: `${letter}, 95 % to`, unit: '%', digits: 2 }
            ];
          if (run === reference) return [];
          return [
            { title: `${letter} − ${letters[reference]!}`, unit: 'points', digits: 2 },
            { title: `${letter}, p`, digits: 4 },
            { title: `${letter}, p after Holm`, digits: 4 }
          ];
        })
      ],
      rows: classes.map((label) => [
        nameOf(label),
        samples[label]!,
        ...runs.flatMap((run, at) => {
          if (!isDifference) return [share(at, label), 100 * run.low[label]!, 100 * run.high[label]!];
          if (at === reference) return [];
          return [difference(at, label), run.pValue[label]!, run.adjusted[label]!];
        })
      ])
    },
    heightPixels: 72 + Math.max(drawn.length * 22, 88)
  };
}

function hoverOf(
  name: string,
  letter: string,
  run: ClassComparison['runs'][number],
  label: number,
  samples: number,
  reference: string
): string {
  const interval = `${(100 * run.low[label]!).toFixed(1)}–${(100 * run.high[label]!).toFixed(1)} %`;
  const own = `${plainText(name)}<br>${letter}: ${run.right[label]!} of ${samples} (${interval})`;
  if (letter === reference) return own;
  return (
    `${own}<br>only ${reference} right: ${run.onlyReference[label]!}, only ${letter} right: ${run.onlyRun[label]!}` +
    `<br>p = ${run.pValue[label]!.toFixed(4)}, after Holm ${run.adjusted[label]!.toFixed(4)}`
  );
}

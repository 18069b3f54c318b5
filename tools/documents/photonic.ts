import type { ErrorBudget, Estimate } from '../../src/contract/index.ts';
import type { ExportedRun } from './methods.ts';

/** The sample networks, as they are called in a table. */
const networks = [
  ['resnet18-cross-entropy', 'cross-entropy'],
  ['resnet18-label-smoothing', 'label smoothing'],
  ['resnet18-mse', 'mean squared error']
] as const;

/** What is read from the exports of the experiments beside docs/accelerator.md. */
export interface PhotonicResults {
  /** Of resources/experiments/photonic-presets.yaml. */
  readonly budgets: readonly ErrorBudget[];
  /** Of adc-bits.yaml, adc-range.yaml, laser-power.yaml and slices.yaml. */
  readonly runs: readonly ExportedRun[];
}

/** The sections of docs/accelerator.md whose numbers are runs'. */
export function photonicSections({ budgets, runs }: PhotonicResults): Record<string, string> {
  const of = (experiment: string) => runs.filter((run) => run['experiment'] === experiment);
  return {
    'adc-range': adcRange(of('What does the range of an ADC cost?')),
    'adc-bits': byNetwork(
      of('How many bits does the ADC need?'),
      'accelerator.adc.bits',
      'ADC bits',
      [8, 7, 6, 5, 4, 3]
    ),
    slices: slices(of('Are equal slices better?')),
    budgets: [...networks.map(([model, name]) => budgetTable(budgets, model, name)), missing(budgets)].join(
      '\n\n'
    ),
    'laser-power': byNetwork(
      of('How much light does a photonic accelerator need?'),
      'accelerator.link.laserPowerDbm',
      'laser (dBm)',
      [10, 15, 20, 25]
    )
  };
}

const percent = (share: unknown): string => (typeof share === 'number' ? (100 * share).toFixed(1) : '–');

/** Percentage points with a typographic minus. */
const points = (share: number): string =>
  (100 * share)
    .toFixed(1)
    .replace(/^-(?!0\.0$)/, '−')
    .replace('-', '');

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const rule = head.map((_, column) => (column === 0 && head.length > 2 ? '---' : '--:'));
  return [head, rule, ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

const isBaseline = (run: ExportedRun): boolean => run['baseline'] === true;

/** Top-1 of each network in the run that is meant. */
const ofNetworks = (runs: readonly ExportedRun[], isMeant: (run: ExportedRun) => boolean): string[] =>
  networks.map(([model]) => percent(runs.find((run) => run['model'] === model && isMeant(run))?.['top1']));

/** Top-1 of one network at each width, for both kinds of range. */
function adcRange(runs: readonly ExportedRun[]): string {
  const widths = [12, 10, 8, 7, 6, 5, 4, 3];
  const top1 = (range: string, bits: number) =>
    runs.find((run) => run['accelerator.adc.range'] === range && run['accelerator.adc.bits'] === bits)?.[
      'top1'
    ];
  const float = runs.find(isBaseline)?.['top1'];
  return [
    table(
      ['ADC bits', ...widths.map(String)],
      [
        ['`calibrated`, method `mse`', ...widths.map((bits) => percent(top1('calibrated', bits)))],
        ['`full-scale`', ...widths.map((bits) => percent(top1('full-scale', bits)))]
      ]
    ),
    '',
    `The network has ${percent(float)} in float.`
  ].join('\n');
}

/** Top-1 of all networks with 6-bit operands in unequal and in equal slices. */
function slices(runs: readonly ExportedRun[]): string {
  const sliced = (bits: number) => (run: ExportedRun) =>
    run['baseline'] !== true && run['accelerator.slicing.weights'] === bits;
  return table(
    ['slices', ...networks.map(([, name]) => name)],
    [
      ['float', ...ofNetworks(runs, isBaseline)],
      ['4 and 2 bits', ...ofNetworks(runs, sliced(4))],
      ['3 and 3 bits', ...ofNetworks(runs, sliced(3))]
    ]
  );
}

/** Top-1 of all networks, float first, then at each level of a factor. */
function byNetwork(
  runs: readonly ExportedRun[],
  factor: string,
  title: string,
  levels: readonly number[]
): string {
  return table(
    [title, ...networks.map(([, name]) => name)],
    [
      ['float', ...ofNetworks(runs, isBaseline)],
      ...levels.map((level) => [
        level,
        ...ofNetworks(runs, (run) => run['baseline'] !== true && run[factor] === level)
      ])
    ]
  );
}

/** A network on all hardware: top-1 stage by stage, and which stages alone cost more than chance explains. */
function budgetTable(budgets: readonly ErrorBudget[], model: string, name: string): string {
  const mine = budgets.filter((budget) => budget.model === model);
  const titles = mine[0]?.stages.map(({ title }) => title) ?? [];
  return [
    `**${name}**`,
    '',
    table(
      ['hardware', ...titles, 'alone beyond chance'],
      mine.map(({ levels, stages }) => [
        hardwareName(levels),
        ...stages.map(({ cumulative }) => percent(cumulative.top1?.value)),
        stages.some(({ alone }) => alone !== null && alone.change === null)
          ? '–'
          : stages.flatMap(({ title, alone }) => beyondChance(title, alone?.change ?? null)).join('; ') ||
            'none'
      ])
    )
  ].join('\n');
}

/** What of the budgets was not computed. */
function missing(budgets: readonly ErrorBudget[]): string {
  const results = budgets.flatMap(({ stages }) =>
    stages.flatMap(({ cumulative, alone }) => (alone === null ? [cumulative] : [cumulative, alone]))
  );
  const count = results.filter(({ top1 }) => top1 === null).length;
  if (count === 0) return `All ${budgets.length} budgets are complete.`;
  return `An en dash stands for what has not been computed: ${count} of ${results.length} results of ${budgets.length} budgets.`;
}

function hardwareName(levels: ErrorBudget['levels']): string {
  const preset = String(levels['accelerator.preset']).replace(/^.*-/, '').toUpperCase();
  return `${preset}, ${String(levels['accelerator.link.rateGigasamplesPerSecond'])} GS/s, ${String(levels['weights.bits'])} bits`;
}

/** A stage whose 95 % interval does not reach 0. */
function beyondChance(title: string, change: Estimate | null): string[] {
  if (change === null || change.low === null || change.high === null) return [];
  if (change.low <= 0 && change.high >= 0) return [];
  return [`${title} ${points(change.value)} (${points(change.low)} to ${points(change.high)})`];
}

import type { ExportedRun, HeldOut } from './methods.ts';

const models = ['resnet18-cross-entropy', 'resnet18-label-smoothing', 'resnet18-mse'];
const heads = ['cross-entropy', 'label smoothing', 'mse'];
const widths = [8, 7, 6, 5, 4, 3, 2];
const missingCell = '–';

type Layers = 'kept' | 'alike';

/** A row of the tables: a method, and what its runs have in common. */
interface Method {
  readonly key: string;
  readonly name: string;
  readonly granularity?: string;
  readonly range?: string;
  readonly rounding?: string;
  readonly observer: string;
  readonly destinationLevels?: string | number;
  readonly prepare?: readonly string[];
}

const equalization = 'cross-layer-equalization';
const correction = 'bias-correction';

/** As the zipped factors of resources/experiments/which-method.yaml, in their order. */
const methods: readonly Method[] = [
  { key: 'minmax', name: 'nearest, minmax', observer: 'minmax' },
  {
    key: 'forum',
    name: 'forum’s recipe: histogram for 256 levels, per tensor',
    granularity: 'tensor',
    range: 'histogram',
    observer: 'histogram',
    destinationLevels: 256
  },
  {
    key: 'torch',
    name: 'PyTorch’s defaults: histogram for 256 levels, minmax weights per channel',
    observer: 'histogram',
    destinationLevels: 256
  },
  { key: 'histogram', name: 'histogram for 2^bits levels', observer: 'histogram' },
  { key: 'mse', name: 'mse activations', observer: 'mse' },
  { key: 'mse-weights', name: 'mse activations, mse weights', range: 'mse', observer: 'mse' },
  { key: 'equalization', name: 'mse, equalization', observer: 'mse', prepare: [equalization] },
  { key: 'correction', name: 'mse, bias correction', observer: 'mse', prepare: [correction] },
  {
    key: 'both',
    name: 'mse, equalization and bias correction',
    observer: 'mse',
    prepare: [equalization, correction]
  },
  { key: 'search', name: 'ranges by the output’s error', observer: 'output-error' },
  {
    key: 'search-correction',
    name: 'ranges by the output’s error, bias correction',
    observer: 'output-error',
    prepare: [correction]
  },
  { key: 'gptq', name: 'mse, GPTQ', rounding: 'gptq', observer: 'mse' },
  {
    key: 'gptq-correction',
    name: 'mse, GPTQ and bias correction',
    rounding: 'gptq',
    observer: 'mse',
    prepare: [correction]
  },
  {
    key: 'search-gptq',
    name: 'ranges by the output’s error, GPTQ',
    rounding: 'gptq',
    observer: 'output-error'
  },
  { key: 'adaround', name: 'mse, AdaRound', rounding: 'adaround', observer: 'mse' },
  {
    key: 'search-adaround',
    name: 'ranges by the output’s error, AdaRound',
    rounding: 'adaround',
    observer: 'output-error'
  }
];

const isOf = (run: ExportedRun, method: Method, bits: number, layers: Layers): boolean =>
  run['weights.bits'] === bits &&
  run['activations.bits'] === bits &&
  (run['layers'] === '{}') === (layers === 'alike') &&
  run['weights.granularity'] === (method.granularity ?? 'channel') &&
  run['weights.range'] === (method.range ?? 'minmax') &&
  run['weights.rounding'] === (method.rounding ?? 'nearest') &&
  run['activations.observer'] === method.observer &&
  run['activations.destinationLevels'] === (method.destinationLevels ?? 'auto') &&
  run['prepare'] === JSON.stringify(['fold-batch-norm', ...(method.prepare ?? [])]);

/** A metric of the three networks, null where there is no run. */
function metricOf(
  metric: 'top1' | 'logitsSqnrDb',
  runs: readonly ExportedRun[],
  method: Method,
  bits: number,
  layers: Layers
): (number | null)[] {
  return models.map((model) => {
    const run = runs.find(
      (each) => each['model'] === model && each['status'] === 'finished' && isOf(each, method, bits, layers)
    );
    return run === undefined ? null : (run[metric] as number);
  });
}

/** Top-1 accuracy of the three networks in per cent, null where there is no run. */
const accuracies = (runs: readonly ExportedRun[], method: Method, bits: number, layers: Layers) =>
  metricOf('top1', runs, method, bits, layers).map((value) => (value === null ? null : 100 * value));

const shown = (value: number | null, digits = 1) => (value === null ? missingCell : value.toFixed(digits));
const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** A table for each width and treatment of the first and the last layer. */
export function methodTables(runs: readonly ExportedRun[]): string {
  const sections: string[] = [];
  for (const layers of ['kept', 'alike'] as const) {
    const what =
      layers === 'kept' ? 'first and last layer at 8 bits' : 'first and last layer like the others';
    sections.push(`## All widths, ${what}`);
    for (const bits of [4, 3, 2, 5, 6, 7, 8]) {
      const rows = methods
        .map((method) => ({ method, values: accuracies(runs, method, bits, layers) }))
        .filter(({ values }) => values.some((value) => value !== null))
        .map(({ method, values }) => [method.name, ...values.map((value) => shown(value))]);
      sections.push(`### ${bits} bits, ${what}`, table(['method', ...heads], rows));
    }
  }
  return sections.join('\n\n');
}

/** What the page's text quotes. */
export function numbersOf(runs: readonly ExportedRun[]) {
  const float = models.map(
    (model) =>
      100 * (runs.find((run) => run['model'] === model && run['arithmetic'] === 'float')!['top1'] as number)
  );
  const of = (key: string, bits: number, layers: Layers) =>
    accuracies(
      runs,
      methods.find((method) => method.key === key)!,
      bits,
      layers
    );
  let missing = 0;
  for (const method of methods)
    for (const bits of widths)
      for (const layers of ['kept', 'alike'] as const)
        missing += accuracies(runs, method, bits, layers).filter((value) => value === null).length;
  return {
    float,
    missing,
    /** Three accuracies, in the order of the networks. */
    cell: (key: string, bits: number, layers: Layers = 'kept') =>
      of(key, bits, layers)
        .map((value) => shown(value))
        .join(', '),
    targets: targetTable(runs, float),
    order: orderTable(runs)
  };
}

function targetTable(runs: readonly ExportedRun[], float: readonly number[]): string {
  const rows = models.flatMap((_, place) =>
    [
      [4, 2],
      [3, 5],
      [2, null]
    ].map(([bits, allowed]) => {
      const found = methods
        .map((method) => ({ method, value: accuracies(runs, method, bits!, 'kept')[place]! }))
        .filter(({ value }) => value !== null)
        .sort((a, b) => b.value - a.value);
      const [best] = found;
      if (best === undefined) return [heads[place]!, String(bits), missingCell, '', '', ''];
      const lost = float[place]! - best.value;
      const verdict = allowed === null ? 'no target' : lost <= allowed! + 1e-9 ? 'met' : 'missed';
      return [
        heads[place]!,
        String(bits),
        `${best.value.toFixed(2)} (${best.method.name})`,
        lost.toFixed(2),
        allowed === null ? missingCell : String(allowed),
        verdict
      ];
    })
  );
  return table(['network', 'bits', 'best, first and last layer at 8 bits', 'lost', 'allowed', ''], rows);
}

function orderTable(runs: readonly ExportedRun[]): string {
  const rows = ['mse', 'equalization', 'correction', 'both', 'gptq', 'gptq-correction', 'adaround'].map(
    (key) => {
      const method = methods.find((each) => each.key === key)!;
      const means = [4, 3].flatMap((bits) =>
        [accuracies(runs, method, bits, 'kept'), metricOf('logitsSqnrDb', runs, method, bits, 'kept')].map(
          (values) =>
            values.includes(null)
              ? missingCell
              : (values.reduce((sum: number, value) => sum + value!, 0) / values.length).toFixed(2)
        )
      );
      return [key === 'mse' ? 'mse, nearest' : method.name, ...means];
    }
  );
  return table(['method', '4 bits, %', '4 bits, dB', '3 bits, %', '3 bits, dB'], rows);
}

/** Fitted and held-out signal to noise of the logits for each network and compensation. */
export function heldOutTable(results: readonly HeldOut[]): string {
  const compensations = [...new Set(results.map(({ compensation }) => compensation))].sort((a, b) => a - b);
  const rows = models.map((model, place) => [
    heads[place]!,
    ...compensations.map((compensation) => {
      const found = results.find((each) => each.model === model && each.compensation === compensation);
      return found === undefined
        ? missingCell
        : `${found.fittedDb.toFixed(1)} / ${found.heldOutDb.toFixed(1)}`;
    })
  ]);
  return table(['network', ...compensations.map((value) => `compensation ${value}`)], rows);
}

import type { Run } from '../../../contract/index.ts';
import { formatMoment, intervalNumbers, percentNumber } from '../../components/format/index.ts';
import type { Column } from '../../components/table-column.ts';
import { percentDigits } from '../../figures/percent.ts';

/** A setting that only quantized runs have. */
function whereQuantized<Value>(run: Run, value: Value): Value | null {
  return run.configuration.arithmetic === 'float' ? null : value;
}

const shown = (value: string | number | null) => (value === null ? '–' : String(value));

/** Columns of a table of runs by their key; views choose and add cells of their own. */
export const runColumns = {
  model: { key: 'model', title: 'Model', text: (run) => run.model, sort: (run) => run.model },
  arithmetic: {
    key: 'arithmetic',
    title: 'Arithmetic',
    text: (run) => run.configuration.arithmetic,
    sort: (run) => run.configuration.arithmetic
  },
  weightBits: {
    key: 'weightBits',
    title: 'W',
    unit: 'bits',
    align: 'number',
    hint: 'Bits of the weights',
    text: (run) => shown(whereQuantized(run, run.configuration.weights.bits)),
    sort: (run) => whereQuantized(run, run.configuration.weights.bits)
  },
  activationBits: {
    key: 'activationBits',
    title: 'A',
    unit: 'bits',
    align: 'number',
    hint: 'Bits of the activations',
    text: (run) => shown(whereQuantized(run, run.configuration.activations.bits)),
    sort: (run) => whereQuantized(run, run.configuration.activations.bits)
  },
  observer: {
    key: 'observer',
    title: 'Observer',
    text: (run) => shown(whereQuantized(run, run.configuration.activations.observer)),
    sort: (run) => whereQuantized(run, run.configuration.activations.observer)
  },
  status: { key: 'status', title: 'Status', text: (run) => run.status, sort: (run) => run.status },
  top1: {
    key: 'top1',
    title: 'Top-1',
    unit: '%',
    align: 'number',
    text: (run) => (run.top1 === null ? '–' : percentNumber(run.top1.value, percentDigits(run.top1.count))),
    sort: (run) => run.top1?.value ?? null
  },
  interval: {
    key: 'interval',
    title: '95 % interval',
    unit: '%',
    align: 'number',
    hint: 'Wilson score interval of top-1 for the number of samples',
    text: (run) => (run.top1 === null ? '–' : intervalNumbers(run.top1, percentDigits(run.top1.count)))
  },
  samples: {
    key: 'samples',
    title: 'Samples',
    align: 'number',
    text: (run) => String(run.samples),
    sort: (run) => run.samples
  },
  seed: {
    key: 'seed',
    title: 'Seed',
    align: 'number',
    text: (run) => String(run.seed),
    sort: (run) => run.seed
  },
  duration: {
    key: 'duration',
    title: 'Duration',
    unit: 's',
    align: 'number',
    text: (run) => (run.durationSeconds === null ? '–' : run.durationSeconds.toFixed(2)),
    sort: (run) => run.durationSeconds
  },
  started: {
    key: 'started',
    title: 'Started',
    text: (run) => (run.startedAt === null ? '–' : formatMoment(run.startedAt)),
    sort: (run) => run.startedAt
  }
} as const satisfies Record<string, Column<Run>>;

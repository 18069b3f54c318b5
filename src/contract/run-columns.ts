/** What the values of a column are: `flag` is true or false, `list` several texts, `interval` two numbers. */
export type RunColumnType = 'text' | 'number' | 'flag' | 'time' | 'list' | 'interval';

/** A column of the table of runs that is neither a setting nor a metric. */
export interface RunColumnEntry {
  readonly title: string;
  readonly type: RunColumnType;
  readonly unit?: string;
  readonly definition: string;
}

/** Columns of runs by their name in filters, views and exports, beside settings (`weights.bits`) and metrics (`top1`). */
export const runColumnCatalogue = {
  id: { title: 'Run', type: 'text', definition: 'Identifier of the run.' },
  model: { title: 'Model', type: 'text', definition: 'Name of the model.' },
  dataset: { title: 'Data', type: 'text', definition: 'Name of the data set that is evaluated.' },
  samples: { title: 'Samples', type: 'number', definition: 'Samples evaluated, from the first.' },
  status: {
    title: 'Status',
    type: 'text',
    definition: 'queued, running, finished, failed, cancelled or interrupted.'
  },
  arithmetic: { title: 'Arithmetic', type: 'text', definition: 'float, simulated, integer or accelerator.' },
  baseline: { title: 'Baseline', type: 'flag', definition: 'Whether the run is not quantized.' },
  seed: { title: 'Seed', type: 'number', definition: 'Of everything random.' },
  duration: {
    title: 'Duration',
    type: 'number',
    unit: 's',
    definition: 'Wall-clock time of the computation.'
  },
  created: { title: 'Created', type: 'time', definition: 'When the run was planned, in UTC.' },
  started: { title: 'Started', type: 'time', definition: 'When its computation began, in UTC.' },
  ended: { title: 'Ended', type: 'time', definition: 'When its computation ended, in UTC.' },
  starred: { title: 'Starred', type: 'flag', definition: 'Whether someone put a star on it.' },
  note: { title: 'Note', type: 'text', definition: 'The note on the run, in Markdown.' },
  imported: {
    title: 'Imported',
    type: 'flag',
    definition: 'Whether the run was recorded by another program and imported.'
  },
  name: { title: 'Name', type: 'text', definition: 'What an imported run is called in its source.' },
  experiment: {
    title: 'Imported experiment',
    type: 'text',
    definition: 'The experiment that an imported run belongs to in its source.'
  },
  source: { title: 'Source', type: 'text', definition: 'The file that an imported run comes from.' }
} as const satisfies Record<string, RunColumnEntry>;

export type RunColumn = keyof typeof runColumnCatalogue;
export const runColumns = Object.keys(runColumnCatalogue) as readonly RunColumn[];

/** Columns that can be shown, but neither filtered nor sorted by. Tags are filtered by `tag:word`. */
export const shownColumnCatalogue = {
  tags: { title: 'Tags', type: 'list', definition: 'Tags of the run.' },
  experiments: { title: 'Experiments', type: 'list', definition: 'Experiments that the run answers.' },
  error: { title: 'Error', type: 'text', definition: 'Why the run failed.' },
  hash: { title: 'Configuration', type: 'text', definition: 'SHA-256 of the canonical configuration.' },
  'top1.interval': {
    title: '95 % interval',
    type: 'interval',
    unit: '1',
    definition: 'Wilson score interval of top-1 for the number of samples.'
  },
  'top5.interval': {
    title: '95 % interval, top-5',
    type: 'interval',
    unit: '1',
    definition: 'Wilson score interval of top-5 for the number of samples.'
  }
} as const satisfies Record<string, RunColumnEntry>;

export type ShownColumn = keyof typeof shownColumnCatalogue;

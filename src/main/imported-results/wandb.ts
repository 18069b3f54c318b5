import type { ImportedStatus, ResultsProblem } from '../../contract/index.ts';
import type { CsvRow, CsvRows } from './csv-rows.ts';
import type { FoundColumn, FoundResults, FoundRun } from './found-results.ts';
import { soundsMeasured } from './metric-suggestion.ts';
import { momentWritten } from './moments.ts';
import { writtenNumber } from './written-number.ts';

/** Columns of the table of runs that are about the run itself, and what they are for. The rest is its config and summary. */
const own = {
  name: ['name'],
  state: ['state'],
  id: ['id', 'run id'],
  note: ['notes'],
  tags: ['tags'],
  created: ['created', 'createdat', 'created_at'],
  runtime: ['runtime', 'duration'],
  url: ['url', 'link']
} as const;
/** About the machine and the person, which says nothing of the result. */
const ignored = [
  'user',
  'updated',
  'heartbeatat',
  'end time',
  'hostname',
  'sweep',
  'commit',
  'github',
  'job type',
  'group',
  'gpu count',
  'gpu type',
  'cpu count',
  'python version',
  'os',
  'start time',
  '_timestamp',
  '_wandb',
  'display name'
];

const states: ReadonlyMap<string, ImportedStatus> = new Map([
  ['finished', 'finished'],
  ['failed', 'failed'],
  ['crashed', 'failed'],
  ['killed', 'cancelled'],
  ['preempted', 'interrupted'],
  ['preempting', 'interrupted'],
  ['running', 'interrupted'],
  ['pending', 'interrupted']
]);

type Own = keyof typeof own;

/** Whether a header is that of a table of runs of Weights & Biases. */
export function isWandbHeader(header: readonly string[]): boolean {
  const names = header.map((name) => name.toLowerCase());
  return names.includes('name') && names.includes('state');
}

/**
 * A table of runs as Weights & Biases exports it as CSV: Name, State, Notes, User, Tags, Created, Runtime, Sweep, and the
 * columns of config and summary that the person chose to see, which the file does not tell apart.
 */
export function wandbResults({ header, rows }: CsvRows): Omit<FoundResults, 'fileHash'> {
  const places = ownColumns(header);
  const used = new Set<number>([...places.values()]);
  const rest = header.flatMap((name, index) =>
    name === '' || used.has(index) || ignored.includes(name.toLowerCase()) ? [] : [index]
  );
  const columns = rest.map((index): FoundColumn => {
    const name = header[index]!;
    const isNumeric = rows.some(({ cells }) => writtenNumber(cells[index]!.trim()) !== null);
    return { key: name, name, kind: isNumeric && soundsMeasured(name) ? 'metric' : 'setting' };
  });
  const problems: ResultsProblem[] = [];
  const unnamed = header.filter((name) => name === '').length;
  if (unnamed > 0) problems.push({ place: 'line 1', text: 'A column without a name is left out.' });
  return {
    format: 'wandb',
    formatText: 'Weights & Biases, CSV of the table of runs',
    columns,
    runs: rows.map((row) => runOf(row, places, rest, problems)),
    problems
  };
}

function ownColumns(header: readonly string[]): Map<Own, number> {
  const names = header.map((name) => name.toLowerCase());
  const found = new Map<Own, number>();
  for (const [meaning, spellings] of Object.entries(own) as [Own, readonly string[]][]) {
    const index = names.findIndex((name) => spellings.includes(name));
    if (index >= 0) found.set(meaning, index);
  }
  return found;
}

function runOf(
  { line, cells }: CsvRow,
  places: ReadonlyMap<Own, number>,
  rest: readonly number[],
  problems: ResultsProblem[]
): FoundRun {
  const place = `line ${line}`;
  const cell = (meaning: Own) => cells[places.get(meaning) ?? -1]?.trim() ?? '';
  const state = cell('state').toLowerCase();
  const status = states.get(state);
  if (status === undefined) {
    problems.push({
      place,
      text: `The state ${state || '(none)'} is not known; the run counts as interrupted.`
    });
  }
  const startedAt = momentWritten(cell('created'));
  if (startedAt === null && cell('created') !== '') {
    problems.push({
      place,
      text: `Created is ${cell('created').slice(0, 60)}, which is no time; it is left out.`
    });
  }
  const runtime = writtenNumber(cell('runtime'));
  const link = cell('url');
  return {
    place,
    sourceId: cell('id') || null,
    url: /^https?:\/\//.test(link) ? link : null,
    name: cell('name'),
    experiment: null,
    status: status ?? 'interrupted',
    startedAt,
    endedAt: null,
    durationSeconds: runtime !== null && runtime >= 0 ? runtime : null,
    tags: cell('tags')
      .split(',')
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ''),
    // Where nothing was written, the table says "-".
    note: cell('note') === '-' ? '' : cell('note'),
    cells: rest.flatMap((index, column) => {
      const value = cells[index]!.trim();
      return value === '' ? [] : [[column, value] as const];
    })
  };
}

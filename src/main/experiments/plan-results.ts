import { createHash } from 'node:crypto';
import {
  BitlabError,
  canonicalJson,
  formatSettingPath,
  importedSettings,
  metricCatalogue,
  shownColumnCatalogue,
  type ColumnUse,
  type MetricEntry,
  type ResultsColumn,
  type ResultsProblem
} from '../../contract/index.ts';
import {
  suggestedMetric,
  writtenNumber,
  type FoundColumn,
  type FoundResults,
  type FoundRun
} from '../imported-results/index.ts';
import type { ImportedContent } from '../store/index.ts';
import { nameSuggestion } from './names.ts';
import { nameFromFile } from './file-source.ts';
import { fieldNamed } from './run-fields.ts';

export interface ResultsRequest {
  readonly fileName: string;
  readonly experiment: string | undefined;
  readonly uses: Readonly<Record<string, ColumnUse>>;
}

export interface ResultsPlan {
  readonly columns: ResultsColumn[];
  readonly experiments: { name: string; runs: number }[];
  readonly runs: ImportedContent[];
  readonly problems: ResultsProblem[];
}

interface Column extends FoundColumn {
  readonly use: ColumnUse;
  readonly becomes: string | null;
}

/**
 * What a file's runs become when its columns are used as they are asked to be: the same for the preview and for the import.
 * A value that does not fit its column's use is left out and told of; what cannot be told apart or understood at all is refused.
 * @throws BitlabError RESULTS_COLUMN_UNKNOWN, RESULTS_MAPPING, RESULTS_EXPERIMENT_NOT_FOUND, RESULTS_DUPLICATE
 */
export function planResults(found: FoundResults, request: ResultsRequest): ResultsPlan {
  const selected = selectedRuns(found, request);
  const columns = usedColumns(found.columns, request);
  const problems = [...found.problems];
  const texts = textColumns(found.runs, columns.length);
  const runs = selected.map((run) => contentOf(found, run, columns, texts, request, problems));
  refuseDuplicates(runs, selected, found, request.fileName);
  return {
    columns: describedColumns(columns, selected, texts),
    experiments: countedExperiments(found, request),
    runs,
    problems
  };
}

function experimentOf({ experiment }: FoundRun, { experiment: given, fileName }: ResultsRequest): string {
  return experiment ?? given ?? nameFromFile(fileName);
}

function countedExperiments(found: FoundResults, request: ResultsRequest): { name: string; runs: number }[] {
  const groups = Map.groupBy(found.runs, (run) => experimentOf(run, request));
  return Array.from(groups, ([name, runs]) => ({ name, runs: runs.length }));
}

function selectedRuns({ runs }: FoundResults, { experiment, fileName }: ResultsRequest): readonly FoundRun[] {
  if (experiment === undefined) return runs;
  const selected = runs.filter((run) => run.experiment === null || run.experiment === experiment);
  if (selected.length > 0) return selected;
  const known = [...new Set(runs.flatMap((run) => run.experiment ?? []))];
  const suggestion = nameSuggestion(experiment, known, 'Leave the experiment out.');
  throw new BitlabError('RESULTS_EXPERIMENT_NOT_FOUND', { file: fileName, name: experiment, suggestion });
}

function usedColumns(found: readonly FoundColumn[], { uses, fileName }: ResultsRequest): Column[] {
  const asked = new Map<string, ColumnUse>();
  for (const [name, use] of Object.entries(uses)) asked.set(keyNamed(found, name, fileName), use);
  const columns = found.map((column): Column => {
    const use = asked.get(column.key) ?? { as: column.kind };
    return { ...column, use, becomes: nameAfter(column, use) };
  });
  const targets = new Map<string, string>();
  for (const { name, becomes } of columns) {
    if (becomes === null) continue;
    const other = targets.get(becomes);
    if (other !== undefined) {
      throw new BitlabError('RESULTS_MAPPING', {
        name,
        wanted: becomes,
        reason: `the column ${other} does already`,
        advice: 'Let one of them keep its own name, or leave it out.'
      });
    }
    targets.set(becomes, name);
  }
  return columns;
}

/** A column by its key, or by its name where only one has it. */
function keyNamed(columns: readonly FoundColumn[], name: string, file: string): string {
  const exact = columns.find(({ key }) => key === name);
  const named = columns.filter((column) => column.name === name);
  if (exact !== undefined || named.length === 1) return (exact ?? named[0]!).key;
  const known = (named.length > 1 ? named : columns).map(({ key }) => key);
  const suggestion = nameSuggestion(name, known, 'Leave it out.');
  throw new BitlabError('RESULTS_COLUMN_UNKNOWN', { file, name, suggestion });
}

/** Throws RESULTS_MAPPING for a metric that is not Bitlab's. */
function nameAfter({ name }: FoundColumn, { as, metric, percent }: ColumnUse): string | null {
  if (as === 'nothing') return null;
  if (as === 'seed') return 'seed';
  if (as === 'setting') return formatSettingPath([importedSettings, name]);
  if (metric === undefined) return ownMetricName(name);
  const unit = Object.hasOwn(metricCatalogue, metric) ? unitOf(metric) : undefined;
  if (unit !== undefined && (unit === '1' || percent !== true)) return metric;
  throw new BitlabError('RESULTS_MAPPING', {
    name,
    wanted: percent === true ? `${metric} in per cent` : metric,
    reason: unit === undefined ? 'it is no metric of Bitlab' : `it is in ${unit}`,
    advice: nameSuggestion(metric, Object.keys(metricCatalogue), 'Keep its own name.')
  });
}

/** The metric's own name, unless something else of runs is called that: what is not confirmed never passes for Bitlab's. */
export function ownMetricName(name: string): string {
  const taken =
    fieldNamed(name, Object.keys(metricCatalogue)) !== null || Object.hasOwn(shownColumnCatalogue, name);
  return taken || name === 'runs' ? `imported.${name}` : name;
}

/** The columns of which some value is no number: as settings they are texts throughout, so that they sort as one kind. */
function textColumns(runs: readonly FoundRun[], count: number): readonly boolean[] {
  const texts = new Array<boolean>(count).fill(false);
  for (const { cells } of runs) {
    for (const [column, value] of cells) {
      if (typeof value === 'string' && writtenNumber(value) === null) texts[column] = true;
    }
  }
  return texts;
}

function contentOf(
  found: FoundResults,
  run: FoundRun,
  columns: readonly Column[],
  texts: readonly boolean[],
  request: ResultsRequest,
  problems: ResultsProblem[]
): ImportedContent {
  const settings = new Map<string, string | number>();
  const metrics: { name: string; sourceName: string; value: number }[] = [];
  let seed: number | null = null;
  for (const [index, value] of run.cells) {
    const { name, use, becomes } = columns[index]!;
    const number = typeof value === 'number' ? value : writtenNumber(value);
    const fault = (reason: string) =>
      problems.push({ place: `${run.place}, ${name}`, text: `${String(value).slice(0, 60)} ${reason}` });
    if (use.as === 'setting') settings.set(name, texts[index] || number === null ? String(value) : number);
    else if (use.as === 'seed') {
      if (number !== null && Number.isSafeInteger(number) && number >= 0) seed = number;
      else fault('is no whole number from 0; the seed is left out.');
    } else if (use.as === 'metric') {
      const scaled = number === null ? null : use.percent === true ? number / 100 : number;
      if (scaled === null || !Number.isFinite(scaled)) fault('is no finite number; it is left out.');
      else if (use.metric !== undefined && isShare(use.metric) && (scaled < 0 || scaled > 1)) {
        const advice = use.percent === true ? '' : '; the column may be in per cent';
        fault(`is no share between 0 and 1${advice}. It is left out.`);
      } else metrics.push({ name: becomes!, sourceName: name, value: scaled });
    }
  }
  const experiment = experimentOf(run, request);
  const { place: _place, cells: _cells, ...rest } = run;
  const content = { ...rest, experiment, seed, settings: Object.fromEntries(settings), metrics };
  const sourceKey = keyOf(found, content);
  const name = run.name === '' ? unnamed(content) : run.name;
  const contentHash = createHash('sha256')
    .update(canonicalJson({ ...content, name }))
    .digest('hex');
  return {
    ...content,
    name,
    format: found.format,
    fileName: request.fileName,
    fileHash: found.fileHash,
    sourceKey,
    contentHash
  };
}

const unitOf = (metric: string) => (metricCatalogue as Readonly<Record<string, MetricEntry>>)[metric]!.unit;
const isShare = (metric: string) => unitOf(metric) === '1';

type Content = Pick<ImportedContent, 'sourceId' | 'experiment' | 'name' | 'startedAt' | 'settings' | 'seed'>;

/** What a run is known by when its file comes again: its identifier, else what its program tells runs apart by. */
function keyOf(
  { format }: FoundResults,
  { sourceId, experiment, name, startedAt, settings, seed }: Content
): string {
  if (sourceId !== null) return sourceId;
  return canonicalJson(
    format === 'tensorboard' ? { experiment, settings, seed } : { experiment, name, startedAt }
  );
}

/** TensorBoard's groups have no names: their settings tell them apart. */
function unnamed({ settings, seed, sourceId }: Content): string {
  if (sourceId !== null) return sourceId;
  const parts = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  return [...parts, ...(seed === null ? [] : [`seed ${seed}`])].join(', ').slice(0, 200) || 'run';
}

function refuseDuplicates(
  runs: readonly ImportedContent[],
  found: readonly FoundRun[],
  { format }: FoundResults,
  file: string
): void {
  const seen = new Map<string, number>();
  for (const [index, { sourceKey, sourceId }] of runs.entries()) {
    const before = seen.get(sourceKey);
    if (before === undefined) {
      seen.set(sourceKey, index);
      continue;
    }
    const [reason, advice] =
      sourceId !== null
        ? [`both have the identifier ${sourceId}`, 'Export the table again; each run may be in it once.']
        : format === 'tensorboard'
          ? [
              'they have the same settings',
              'Look at what each column is taken for: one that tells them apart must be a setting or the seed.'
            ]
          : ['they have the same name and time', 'Show the column ID in the table, and export it again.'];
    throw new BitlabError('RESULTS_DUPLICATE', {
      file,
      first: found[before]!.place,
      second: found[index]!.place,
      reason,
      advice
    });
  }
}

function describedColumns(
  columns: readonly Column[],
  runs: readonly FoundRun[],
  texts: readonly boolean[]
): ResultsColumn[] {
  const seen = columns.map(() => ({ numbers: [] as number[], texts: 0, example: '' }));
  for (const { cells } of runs) {
    for (const [index, value] of cells) {
      const column = seen[index]!;
      const number = typeof value === 'number' ? value : writtenNumber(value);
      if (number === null) column.texts++;
      else column.numbers.push(number);
      if (column.example === '') column.example = String(value).slice(0, 80);
    }
  }
  return columns.map(({ key, name, use, becomes }, index) => {
    const column = seen[index]!;
    return {
      key,
      name,
      numbers: column.numbers.length,
      texts: column.texts,
      example: column.example,
      use,
      becomes,
      suggestion: texts[index] && column.numbers.length === 0 ? null : suggestedMetric(name, column.numbers)
    };
  });
}

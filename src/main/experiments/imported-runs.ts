import {
  BitlabError,
  type Handlers,
  type ImportedRun,
  type MethodParameters,
  type ResultsCounts,
  type ResultsFate,
  type ResultsPreview
} from '../../contract/index.ts';
import type { FoundResults } from '../imported-results/index.ts';
import type { ImportedContent, Notebook } from '../store/index.ts';
import { timestamp, type Context } from './context.ts';
import { withLocatedFile, type FileLimits } from './file-source.ts';
import { planResults, type ResultsPlan } from './plan-results.ts';

/** A database with the histories of a hundred thousand runs. */
const limits: FileLimits = {
  emptyCode: 'RESULTS_EMPTY',
  tooLargeCode: 'RESULTS_FILE_TOO_LARGE',
  limitBytes: 2 ** 32
};
/** What a preview shows; the rest is counted. */
const shown = { runs: 50, problems: 200 } as const;

type ResultsHandlers = Pick<Handlers, Extract<keyof Handlers, `results.${string}`>>;
type Request = MethodParameters<'results.preview'>;

/** Results of other programs: read by the computing process, planned here, stored in one transaction. */
export function importedRunHandlers(context: Context): ResultsHandlers {
  const { notebook } = context;
  return {
    'results.preview': async (request) => {
      const { found, fileName, plan } = await read(context, request);
      return previewOf(found, fileName, plan, fatesOf(notebook, plan.runs));
    },

    'results.import': async (request) => {
      const { found, fileName, plan } = await read(context, request);
      const fates = notebook.durably(() => store(context, plan.runs));
      context.emit({ type: 'changed', kind: 'runs' });
      const { format, formatText, total, counts, problems, problemCount } = previewOf(
        found,
        fileName,
        plan,
        fates
      );
      return { fileName, format, formatText, total, counts, problems, problemCount };
    },

    'results.list': async () => notebook.importedRuns.list(),

    'results.get': async ({ id }) => requireImported(notebook, id),

    'results.annotate': async ({ id, starred, note }) => {
      requireImported(notebook, id);
      const at = timestamp(context);
      notebook.transaction(() => {
        if (starred !== undefined) notebook.stars.set(id, starred, at);
        if (note !== undefined) notebook.notes.set(id, note, at);
      });
      context.emit({ type: 'changed', kind: 'runs' });
      return requireImported(notebook, id);
    }
  };
}

function requireImported(notebook: Notebook, id: string): ImportedRun {
  const run = notebook.importedRuns.get(id);
  if (run === null) throw new BitlabError('RUN_NOT_FOUND', { id });
  return run;
}

function read(
  context: Context,
  { source, format, experiment, uses }: Request
): Promise<{ found: FoundResults; fileName: string; plan: ResultsPlan }> {
  return withLocatedFile(context, source, limits, async (path, fileName) => {
    const found = await context.computer.readResults(path, fileName, format ?? null);
    return { found, fileName, plan: planResults(found, { fileName, experiment, uses }) };
  });
}

function fatesOf({ importedRuns }: Notebook, runs: readonly ImportedContent[]): ResultsFate[] {
  const known = knownRuns(importedRuns, runs);
  return runs.map(({ sourceKey, contentHash }) => {
    const before = known.get(sourceKey);
    if (before === undefined) return 'added';
    if (before.trashed) return 'trashed';
    return before.contentHash === contentHash ? 'unchanged' : 'updated';
  });
}

function knownRuns(importedRuns: Notebook['importedRuns'], runs: readonly ImportedContent[]) {
  const [first] = runs;
  if (first === undefined) return new Map<string, never>();
  return importedRuns.known(
    first.format,
    runs.map(({ sourceKey }) => sourceKey)
  );
}

/** Within a transaction. Tags and the note come with a run's first import; from then on they are the notebook's. */
function store(context: Context, runs: readonly ImportedContent[]): ResultsFate[] {
  const { notebook } = context;
  const { importedRuns } = notebook;
  const at = timestamp(context);
  const fates = fatesOf(notebook, runs);
  const known = knownRuns(importedRuns, runs);
  for (const [index, run] of runs.entries()) {
    if (fates[index] === 'updated') importedRuns.update(known.get(run.sourceKey)!.id, run, at);
    if (fates[index] !== 'added') continue;
    const id = notebook.newIdentifier('imported');
    importedRuns.insert(id, run, at);
    notebook.tags.add(id, run.tags);
    if (run.note !== '') notebook.notes.set(id, run.note, at);
  }
  return fates;
}

function previewOf(
  { format, formatText }: FoundResults,
  fileName: string,
  { columns, experiments, runs, problems }: ResultsPlan,
  fates: readonly ResultsFate[]
): ResultsPreview {
  const counts: ResultsCounts = { added: 0, updated: 0, unchanged: 0, trashed: 0 };
  for (const fate of fates) counts[fate]++;
  return {
    fileName,
    format,
    formatText,
    experiments,
    total: runs.length,
    counts,
    columns,
    runs: runs.slice(0, shown.runs).map((run, index) => ({
      name: run.name,
      experiment: run.experiment,
      status: run.status,
      startedAt: run.startedAt,
      fate: fates[index]!,
      settings: { ...run.settings },
      metrics: Object.fromEntries(run.metrics.map(({ name, value }) => [name, value]))
    })),
    problems: problems.slice(0, shown.problems),
    problemCount: problems.length
  };
}

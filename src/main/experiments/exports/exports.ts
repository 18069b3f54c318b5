import { createHash } from 'node:crypto';
import {
  bibliography,
  citations,
  ExportRequest,
  type ExportRecord,
  type ExportState,
  type ExportedText,
  type Handlers,
  type ImportedRun,
  type Run
} from '../../../contract/index.ts';
import { zipBytes } from '../../datasets/index.ts';
import { accuracyFigure } from '../accuracy-figure.ts';
import { accuracySeries } from '../accuracy-series.ts';
import { timestamp, type Context } from '../context.ts';
import { experimentWithId } from '../names.ts';
import { parseFilter } from '../filter.ts';
import { listRuns } from '../runs.ts';
import { exportLatex } from './export-latex.ts';
import { fileSlug } from './file-slug.ts';
import { methodsParagraph } from './methods-paragraph.ts';
import { runCrate } from './run-crate.ts';
import { runTableFile } from './run-csv.ts';

type ExportHandlers = Omit<
  Pick<Handlers, Extract<keyof Handlers, `exports.${string}`>>,
  'exports.sensitivity'
>;

/**
 * Results as files for other programs and for papers. With each goes a record of what it was made of, from which it can be made
 * again, or found to be stale.
 * @param groups the method of that name, which averages
 */
export function exportHandlers(context: Context, groups: Handlers['runs.groups']): ExportHandlers {
  const make = (request: ExportRequest, runs: SelectedRuns) => exportedFiles(context, groups, request, runs);
  return {
    'exports.runs': async ({ experimentId, where, shape, format }) =>
      (
        await make(
          { kind: 'runs', experimentId, where, shape, format },
          selected(context, { experimentId, where })
        )
      )[0]!,

    'exports.make': async (request) => {
      const runs = selected(context, request);
      const files = await make(request, runs);
      const record = recordOf(context, request, runs, files);
      context.notebook.exports.insert(context.notebook.newIdentifier('export'), record);
      return { files, record };
    },

    'exports.list': async () => context.notebook.exports.list(),

    'exports.forget': async ({ id }) => {
      context.notebook.exports.remove(id);
      return { done: true };
    },

    'exports.crate': async ({ experimentId }) => ({ files: runCrate(context, experimentId) }),

    'exports.crateArchive': async ({ experimentId }) => {
      const name = `${fileSlug(experimentWithId(context.notebook, experimentId).name)}-crate`;
      const files = runCrate(context, experimentId).map(
        ({ fileName, text }) => [`${name}/${fileName}`, Buffer.from(text)] as const
      );
      const bytes = zipBytes(files, true);
      return { path: `${name}.zip`, base64: Buffer.from(bytes).toString('base64') };
    },

    'exports.check': async ({ record }) => {
      const request = ExportRequest.parse(record.request);
      const runs = selected(context, request);
      const files = await make(request, runs);
      return stateOf(record, recordOf(context, request, runs, files));
    }
  };
}

/** What an export is made of. Imported runs belong to no experiment; tables have them, figures and methods do not. */
interface SelectedRuns {
  readonly computed: readonly Run[];
  readonly imported: readonly ImportedRun[];
}

function selected(
  { notebook }: Context,
  { experimentId, where }: Pick<ExportRequest, 'experimentId' | 'where'>
): SelectedRuns {
  const condition = parseFilter(where ?? '', notebook.metrics.names()) ?? undefined;
  return {
    computed: listRuns(notebook, { experimentId, where }),
    imported: experimentId === undefined ? notebook.importedRuns.list(condition) : []
  };
}

/** Each run, with the hash of what decided its numbers, or of what was imported of it. */
function identities({ computed, imported }: SelectedRuns): { id: string; configurationHash: string }[] {
  return [
    ...computed.map(({ id, configurationHash }) => ({ id, configurationHash })),
    ...imported.map(({ id, contentHash }) => ({ id, configurationHash: contentHash }))
  ];
}

async function exportedFiles(
  context: Context,
  groups: Handlers['runs.groups'],
  request: ExportRequest,
  selection: SelectedRuns
): Promise<ExportedText[]> {
  const { notebook } = context;
  const { computed: runs, imported } = selection;
  const experiment =
    request.experimentId === undefined ? null : experimentWithId(notebook, request.experimentId);
  const name = experiment?.name ?? 'Runs';
  switch (request.kind) {
    case 'runs':
      return [runTableFile(notebook, runs, imported, experiment, request.shape, request.format)];
    case 'latex': {
      const factors = Object.keys(experiment?.file.factors ?? {});
      const by = request.by ?? [
        'model',
        ...(experiment === null ? ['weights.bits', 'activations.bits'] : factors)
      ];
      const made = await exportLatex(
        groups,
        { ...request, by },
        name,
        provenance(context, request, selection)
      );
      return [{ ...made, mediaType: 'application/x-tex' }];
    }
    case 'figure': {
      const text = accuracyFigure(name, accuracySeries(experiment!.file.models, runs), request.paper ?? null);
      return [{ fileName: `${fileSlug(name)}-accuracy.svg`, mediaType: 'image/svg+xml', text }];
    }
    case 'methods': {
      const described = runs.map((run) => {
        const stored = notebook.runs.get(run.id)!;
        const calibration =
          stored.calibrationDatasetId === null ? null : notebook.datasets.get(stored.calibrationDatasetId);
        return {
          run,
          calibrationDataset: calibration?.name ?? null,
          calibrationSamples: stored.calibrationSamples
        };
      });
      const finished = runs.find(({ status }) => status === 'finished');
      const versions = finished === undefined ? null : notebook.provenance.ofRun(finished.id);
      const { text, cited } = methodsParagraph(described, {
        bitlab: versions?.bitlab ?? context.version,
        onnxRuntime: versions?.onnxRuntime ?? null
      });
      const slug = fileSlug(name);
      return [
        { fileName: `${slug}-methods.tex`, mediaType: 'application/x-tex', text },
        {
          fileName: `${slug}-methods.bib`,
          mediaType: 'application/x-bibtex',
          text: bibliography(cited.map((method) => citations[method]))
        }
      ];
    }
  }
}

/** Which runs a file was made of, by which program: for its comments. Nothing in it changes unless the runs do. */
function provenance({ version }: Context, { where }: ExportRequest, selection: SelectedRuns): string[] {
  const runs = identities(selection);
  return [
    `Made by Bitlab ${version} from ${runs.length} runs${where === undefined ? '' : ` that fit: ${where}`}`,
    ...runs.map((run) => `  ${run.id} ${run.configurationHash}`)
  ];
}

function recordOf(
  context: Context,
  request: ExportRequest,
  runs: SelectedRuns,
  files: readonly ExportedText[]
): ExportRecord {
  return {
    format: 'bitlab-export/1',
    program: { name: 'Bitlab', version: context.version },
    createdAt: timestamp(context),
    // Without what was left out, as JSON has it.
    request: JSON.parse(JSON.stringify(request)) as ExportRequest,
    runs: identities(runs),
    files: Object.fromEntries(
      files.map(({ fileName, text }) => [fileName, createHash('sha256').update(text).digest('hex')])
    )
  };
}

function stateOf(before: ExportRecord, now: ExportRecord): ExportState {
  const ids = (record: ExportRecord) => record.runs.map(({ id }) => id);
  const added = ids(now).filter((id) => !ids(before).includes(id)).length;
  const gone = ids(before).filter((id) => !ids(now).includes(id)).length;
  const changed = Object.entries(now.files)
    .filter(([name, hash]) => before.files[name] !== hash)
    .map(([name]) => name);
  const sameProgram = before.program.version === now.program.version;
  const reasons = [
    ...(added > 0 ? [`${added} more ${added === 1 ? 'run fits' : 'runs fit'} now.`] : []),
    ...(gone > 0 ? [`${gone} of its runs ${gone === 1 ? 'is' : 'are'} not there any more.`] : []),
    ...(changed.length > 0 && added + gone === 0
      ? [
          sameProgram
            ? `Runs changed since: ${changed.join(', ')} would be another file.`
            : `Bitlab ${now.program.version} writes ${changed.join(', ')} otherwise than ${before.program.version} did.`
        ]
      : [])
  ];
  return { state: reasons.length === 0 ? 'current' : 'stale', reasons };
}

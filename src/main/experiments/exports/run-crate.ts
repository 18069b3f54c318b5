import { createHash } from 'node:crypto';
import { BitlabError, type ExportedText, type Run } from '../../../contract/index.ts';
import type { Context } from '../context.ts';
import { formatExperiment } from '../format-experiment.ts';
import { experimentWithId } from '../names.ts';
import { listRuns } from '../runs.ts';
import { runTableFile } from './run-csv.ts';

type Entity = Readonly<Record<string, unknown>>;

const crate = 'https://w3id.org/ro/crate/1.1';
const processRun = 'https://w3id.org/ro/wfrun/process/0.5';
const reference = (id: string) => ({ '@id': id });

/**
 * An experiment for archives: its file, its numbers, and `ro-crate-metadata.json`, which says by Process Run Crate 0.5
 * (https://www.researchobject.org/workflow-run-crate/profiles/process_run_crate/, on RO-Crate 1.1) which program computed each
 * finished or failed run from which model and data, when, and with what result. Models and data are named by their SHA-256, and
 * not copied.
 * @throws EXPERIMENT_NOT_FOUND, RUN_NOT_FINISHED where no run of it has ended
 */
export function runCrate(context: Context, experimentId: string): ExportedText[] {
  const { notebook } = context;
  const experiment = experimentWithId(notebook, experimentId);
  const runs = listRuns(notebook, { experimentId }).filter(
    ({ status }) => status === 'finished' || status === 'failed'
  );
  if (runs.length === 0)
    throw new BitlabError('RUN_NOT_FINISHED', { id: experiment.name, status: 'not computed' });
  const files: ExportedText[] = [
    { fileName: 'experiment.yaml', mediaType: 'application/yaml', text: formatExperiment(experiment.file) },
    { ...runTableFile(notebook, runs, [], experiment, 'wide', 'csv'), fileName: 'runs-wide.csv' },
    { ...runTableFile(notebook, runs, [], experiment, 'tidy', 'csv'), fileName: 'runs-tidy.csv' }
  ];
  const ended = runs
    .flatMap(({ endedAt }) => endedAt ?? [])
    .sort()
    .at(-1);
  const models = new Map(runs.map((run) => [run.modelId, notebook.models.get(run.modelId)!]));
  const datasets = new Map(
    runs.flatMap(({ id }) => {
      const stored = notebook.runs.get(id)!;
      return [stored.datasetId, stored.calibrationDatasetId].flatMap((each) =>
        each === null ? [] : [[each, notebook.datasets.get(each)!] as const]
      );
    })
  );
  const programs = new Map(runs.map((run) => [programOf(context, run)['@id'], programOf(context, run)]));
  const graph: Entity[] = [
    {
      '@id': 'ro-crate-metadata.json',
      '@type': 'CreativeWork',
      conformsTo: reference(crate),
      about: reference('./')
    },
    {
      '@id': './',
      '@type': 'Dataset',
      name: experiment.name,
      description: experiment.question || `Runs of the experiment ${experiment.name}.`,
      datePublished: ended ?? experiment.createdAt,
      license: 'All rights reserved by those who made it, unless they say otherwise.',
      conformsTo: reference(processRun),
      hasPart: files.map(({ fileName }) => reference(fileName)),
      mentions: runs.map(({ id }) => reference(`#${id}`))
    },
    { '@id': processRun, '@type': 'CreativeWork', name: 'Process Run Crate', version: '0.5' },
    ...files.map(({ fileName, mediaType, text }) => ({
      '@id': fileName,
      '@type': 'File',
      name: fileName,
      encodingFormat: mediaType,
      contentSize: String(Buffer.byteLength(text)),
      sha256: createHash('sha256').update(text).digest('hex')
    })),
    ...[...models.values()].map((model) => ({
      '@id': `#model-${model.hash}`,
      '@type': 'CreativeWork',
      name: model.name,
      alternateName: model.fileName,
      identifier: `sha256:${model.hash}`,
      encodingFormat: 'application/onnx'
    })),
    ...[...datasets.values()].map((dataset) => ({
      '@id': `#data-${dataset.hash}`,
      '@type': 'CreativeWork',
      name: dataset.name,
      alternateName: dataset.fileName,
      identifier: `sha256:${dataset.hash}`
    })),
    ...programs.values(),
    ...runs.flatMap((run) => actionOf(context, run))
  ];
  const metadata = { '@context': `${crate}/context`, '@graph': graph };
  return [
    {
      fileName: 'ro-crate-metadata.json',
      mediaType: 'application/ld+json',
      text: `${JSON.stringify(metadata, null, 2)}\n`
    },
    ...files
  ];
}

function programOf({ notebook, version }: Context, { id }: Run): Entity & { '@id': string } {
  const bitlab = notebook.provenance.ofRun(id)?.bitlab ?? version;
  return { '@id': `#bitlab-${bitlab}`, '@type': 'SoftwareApplication', name: 'Bitlab', version: bitlab };
}

/** What was done, to what, with what result: the action, its configuration and its metrics. */
function actionOf(context: Context, run: Run): Entity[] {
  const { notebook } = context;
  const stored = notebook.runs.get(run.id)!;
  const data = [stored.datasetId, stored.calibrationDatasetId].flatMap((id) =>
    id === null ? [] : [reference(`#data-${notebook.datasets.get(id)!.hash}`)]
  );
  const configuration = `#configuration-${run.configurationHash}-${run.id}`;
  const results = Object.entries(run.metrics).map(([name, value]) => ({
    '@id': `#${run.id}-${name}`,
    '@type': 'PropertyValue',
    name,
    value
  }));
  const logits = notebook.provenance.ofRun(run.id)?.logitsHash ?? null;
  return [
    {
      '@id': `#${run.id}`,
      '@type': 'CreateAction',
      name: `Run ${run.id} of ${run.model}`,
      instrument: reference(programOf(context, run)['@id']),
      object: [
        reference(`#model-${notebook.models.get(run.modelId)!.hash}`),
        ...data,
        reference(configuration)
      ],
      result: [reference('runs-wide.csv'), ...results.map((each) => reference(each['@id']))],
      ...(run.startedAt !== null && { startTime: run.startedAt }),
      ...(run.endedAt !== null && { endTime: run.endedAt }),
      actionStatus: reference(
        run.status === 'finished'
          ? 'http://schema.org/CompletedActionStatus'
          : 'http://schema.org/FailedActionStatus'
      ),
      ...(run.error !== null && { error: run.error.sentence }),
      ...(logits !== null && { identifier: `sha256:${logits}` })
    },
    {
      '@id': configuration,
      '@type': 'PropertyValue',
      name: 'configuration',
      value: JSON.stringify(run.configuration)
    },
    ...results
  ];
}

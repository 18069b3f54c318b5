import {
  BitlabError,
  disagreementKinds,
  holmAdjusted,
  type ClassAccuracy,
  type Dataset,
  type DisagreementKind,
  type Disagreements,
  type Handlers
} from '../../contract/index.ts';
import { softmax } from '../numeric/classification.ts';
import {
  addDisagreements,
  classCounts,
  disagreement,
  pairedByClass,
  type PairedByClass
} from '../numeric/paired-predictions.ts';
import { mcNemarExact, wilsonInterval } from '../numeric/statistics.ts';
import type { Notebook, StoredPredictions } from '../store/index.ts';
import type { Context } from './context.ts';
import { PairedTests } from './paired-tests.ts';
import { withPauses } from './pauses.ts';
import { finishedPredictions } from './predictions.ts';
import { requireRun } from './runs.ts';

/** Finished runs on the same samples, what they predicted, and the labels. */
interface Group {
  readonly dataset: Dataset;
  readonly labels: Int32Array;
  /** More than any label and any prediction. */
  readonly classes: number;
  readonly runs: readonly { readonly id: string; readonly stored: StoredPredictions }[];
  readonly predicted: ReadonlyMap<string, Int32Array>;
}

/** Runs compared sample by sample. Only counts and what one page shows leaves the notebook, never all predictions. */
export function sampleHandlers({ notebook }: Context): Pick<Handlers, 'runs.classes' | 'runs.disagreements'> {
  return {
    'runs.classes': async ({ ids, reference }) => {
      requireAmong('runs.classes', ids, reference);
      const { dataset, labels, classes, runs, predicted } = await groupOf(notebook, ids, reference);
      const samples = classCounts(labels, classes);
      const found: ClassAccuracy[] = [];
      for await (const { id } of withPauses(runs)) {
        const counts = pairedByClass(labels, predicted.get(reference)!, predicted.get(id)!, classes);
        found.push(classAccuracy(id, counts, samples));
      }
      return { classNames: dataset.classNames, samples: [...samples], runs: found };
    },

    'runs.disagreements': async ({ ids, reference, against, kind, label, offset, limit }) => {
      requireAmong('runs.disagreements', ids, reference);
      if (against !== null) requireAmong('runs.disagreements', ids, against);
      const group = await groupOf(notebook, ids, reference);
      const { dataset, labels, runs, predicted } = group;
      const others = runs.filter(({ id }) => (against === null ? id !== reference : id === against));
      const kinds = new Uint8Array(labels.length);
      for await (const { id } of withPauses(others))
        addDisagreements(kinds, labels, predicted.get(reference)!, predicted.get(id)!);
      const counts: Record<DisagreementKind, number> = { any: 0, lost: 0, gained: 0, wrong: 0 };
      const samples: number[] = [];
      for (const [sample, code] of kinds.entries()) {
        if (code === disagreement.none || (label !== null && labels[sample] !== label)) continue;
        const found = disagreementKinds.find((each) => each !== 'any' && disagreement[each] === code)!;
        counts.any++;
        counts[found]++;
        if (kind === 'any' || kind === found) samples.push(sample);
      }
      const rows: Disagreements['rows'] = [];
      for await (const sample of withPauses(samples.slice(offset, offset + limit)))
        rows.push({ sample, label: labels[sample]!, answers: await answers(notebook, group, sample) });
      return {
        datasetId: dataset.id,
        classNames: dataset.classNames,
        runs: runs.map(({ id }) => id),
        counts,
        rows
      };
    }
  };
}

function requireAmong(method: string, ids: readonly string[], id: string): void {
  if (!ids.includes(id))
    throw new BitlabError('REQUEST_INVALID', { method, reason: `${id} is not among the runs` });
}

/** The runs that saw the samples of a reference. Throws RUN_NOT_FOUND, and RUN_NOT_FINISHED of the reference. */
async function groupOf(notebook: Notebook, ids: readonly string[], reference: string): Promise<Group> {
  const own = finishedPredictions(notebook, reference);
  const tests = new PairedTests(notebook);
  const key = tests.samplesKey(reference);
  const runs = [...new Set(ids)]
    .map((id) => requireRun(notebook, id).id)
    .filter((id) => tests.samplesKey(id) === key)
    .map((id) => ({ id, stored: finishedPredictions(notebook, id) }));
  const predicted = new Map<string, Int32Array>();
  for (const { id, stored } of runs) predicted.set(id, await notebook.predictions.predicted(stored));
  return {
    dataset: notebook.datasets.get(notebook.runs.get(reference)!.datasetId)!,
    labels: await notebook.predictions.labels(own),
    classes: Math.max(...runs.map(({ stored }) => stored.classes)),
    runs,
    predicted
  };
}

function classAccuracy(id: string, counts: PairedByClass, samples: Int32Array): ClassAccuracy {
  const intervals = Array.from(samples, (count, label) =>
    count === 0 ? null : wilsonInterval(counts.right[label]!, count)
  );
  const pValue = Array.from(counts.onlyReference, (only, label) =>
    mcNemarExact(only, counts.onlyOther[label]!)
  );
  return {
    id,
    right: [...counts.right],
    low: intervals.map((interval) => interval?.low ?? null),
    high: intervals.map((interval) => interval?.high ?? null),
    onlyReference: [...counts.onlyReference],
    onlyRun: [...counts.onlyOther],
    pValue,
    adjusted: holmAdjusted(pValue)
  };
}

async function answers(notebook: Notebook, { runs, predicted }: Group, sample: number) {
  const found: Disagreements['rows'][number]['answers'] = [];
  for (const { id, stored } of runs) {
    const prediction = predicted.get(id)![sample]!;
    const probabilities = softmax(await notebook.predictions.logitsOf(stored, sample));
    found.push({ prediction, probability: probabilities[prediction]! });
  }
  return found;
}

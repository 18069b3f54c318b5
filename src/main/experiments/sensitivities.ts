import {
  BitlabError,
  type Handlers,
  type Sensitivity,
  type SensitivityDetails,
  type SensitivityMeasure
} from '../../contract/index.ts';
import { wilsonInterval } from '../numeric/statistics.ts';
import type { Notebook, StoredSensitivity } from '../store/index.ts';
import { timestamp, type Context } from './context.ts';
import { openUnits, type SensitivityQueue } from './sensitivity-queue.ts';
import { planSensitivity } from './sensitivity-request.ts';

type SensitivityHandlers = Pick<
  Handlers,
  | 'sensitivity.list'
  | 'sensitivity.get'
  | 'sensitivity.start'
  | 'sensitivity.resume'
  | 'sensitivity.cancel'
  | 'sensitivity.remove'
>;

export function sensitivityHandlers(context: Context, queue: SensitivityQueue): SensitivityHandlers {
  const { notebook } = context;
  const changed = () => context.emit({ type: 'changed', kind: 'sensitivities' });
  const current = (id: string) => sensitivityOf(notebook, sensitivityWithId(notebook, id), queue);
  const compute = (id: string) => {
    queue.add(id);
    changed();
    return current(id);
  };
  return {
    'sensitivity.list': async () =>
      notebook.sensitivities.list().map((stored) => sensitivityOf(notebook, stored, queue)),

    'sensitivity.get': async ({ id }) => sensitivityDetails(context, queue, sensitivityWithId(notebook, id)),

    'sensitivity.start': async (request) => {
      const { bits, subjects, ...planned } = await planSensitivity(context, request);
      const id = notebook.transaction(() => {
        const known = notebook.sensitivities.byReuseKey(planned.reuseKey);
        if (known === null) {
          const created = notebook.newIdentifier('sensitivity');
          const createdAt = timestamp(context);
          notebook.sensitivities.insert({ ...planned, bits, subjects, id: created, createdAt });
          return created;
        }
        if (queue.state(known.id) !== null && !isAsked(known, bits, subjects))
          throw new BitlabError('SENSITIVITY_RUNNING', { model: request.model });
        const allBits = [...new Set([...known.bits, ...bits])].sort((a, b) => b - a);
        const allSubjects = [...new Set([...known.subjects, ...subjects])].sort().reverse();
        notebook.sensitivities.ask(known.id, allBits, allSubjects);
        return known.id;
      });
      return compute(id);
    },

    'sensitivity.resume': async ({ id }) => {
      sensitivityWithId(notebook, id);
      return compute(id);
    },

    'sensitivity.cancel': async ({ id }) => {
      sensitivityWithId(notebook, id);
      await queue.cancel(id);
      return current(id);
    },

    'sensitivity.remove': async ({ id }) => {
      const { model } = current(id);
      if (queue.state(id) !== null) throw new BitlabError('SENSITIVITY_RUNNING', { model });
      notebook.sensitivities.remove(id);
      changed();
      return { done: true };
    }
  };
}

/** Throws SENSITIVITY_NOT_FOUND. */
export function sensitivityWithId(notebook: Notebook, id: string): StoredSensitivity {
  const stored = notebook.sensitivities.get(id);
  if (stored !== null) return stored;
  const suggestion = 'List what is measured with: bitlab sensitivity list.';
  throw new BitlabError('SENSITIVITY_NOT_FOUND', { name: id, suggestion });
}

function isAsked(known: StoredSensitivity, bits: readonly number[], subjects: readonly string[]): boolean {
  return (
    bits.every((width) => known.bits.includes(width)) &&
    subjects.every((subject) => (known.subjects as readonly string[]).includes(subject))
  );
}

export function sensitivityOf(
  notebook: Notebook,
  stored: StoredSensitivity,
  queue: SensitivityQueue
): Sensitivity {
  const { id, modelId, samples, calibrationSamples, configuration, bits, subjects, error } = stored;
  const units = stored.start?.units ?? null;
  const progress = units === null ? null : openUnits(stored, units, notebook.sensitivities.measures(id));
  const open = progress?.open.reduce((sum, each) => sum + each.bits.length, 0) ?? 0;
  return {
    id,
    status: queue.state(id) ?? stored.status,
    modelId,
    model: notebook.models.get(modelId)?.name ?? modelId,
    dataset: notebook.datasets.get(stored.datasetId)?.name ?? stored.datasetId,
    samples,
    calibrationDataset:
      notebook.datasets.get(stored.calibrationDatasetId)?.name ?? stored.calibrationDatasetId,
    calibrationSamples,
    configuration,
    bits: [...bits],
    subjects: [...subjects],
    done: progress === null ? 0 : progress.total - open,
    total: progress?.total ?? null,
    error,
    createdAt: stored.createdAt,
    startedAt: stored.startedAt,
    endedAt: stored.endedAt
  };
}

export function sensitivityDetails(
  { notebook }: Context,
  queue: SensitivityQueue,
  stored: StoredSensitivity
): SensitivityDetails {
  const { id, start, samples } = stored;
  return {
    ...sensitivityOf(notebook, stored, queue),
    secondsLeft: queue.secondsLeft(id),
    float:
      start === null
        ? null
        : { top1: wilsonInterval(start.floatCorrect, samples), crossEntropy: start.floatCrossEntropy },
    units: [...(start?.units ?? [])],
    measures: measuresInOrder(notebook, stored),
    provenance: start?.provenance ?? null,
    experiments: notebook.sensitivities.experimentsOf(id)
  };
}

/** In the order of the units, and from many bits to few. */
function measuresInOrder(
  notebook: Notebook,
  { id, start, samples }: StoredSensitivity
): SensitivityMeasure[] {
  const order = new Map(start?.units.map((unit, index) => [`${unit.subject} ${unit.name}`, index]));
  const place = (measure: { subject: string; unit: string }) =>
    order.get(`${measure.subject} ${measure.unit}`) ?? order.size;
  return notebook.sensitivities
    .measures(id)
    .sort((a, b) => place(a) - place(b) || b.bits - a.bits)
    .map(({ correct, ...measure }) => ({
      ...measure,
      top1: wilsonInterval(correct, samples),
      logitsSqnrDb: measure.logitsError > 0 ? -10 * Math.log10(measure.logitsError) : null
    }));
}

import { Configuration, type Run } from '../../src/contract/index.ts';

/** A finished run with literal accuracy; the interval is given, not computed, so that tests see what was passed. */
export function finishedRun(given: {
  id: string;
  model: string;
  top1: number | null;
  bits?: number;
  activationBits?: number;
  observer?: 'histogram' | 'mse';
  seed?: number;
  baseline?: boolean;
}): Run {
  const { id, model, top1, bits = 8, activationBits = bits, observer = 'histogram', seed = 0 } = given;
  const baseline = given.baseline ?? false;
  return {
    id,
    model,
    baseline,
    seed,
    status: top1 === null ? 'queued' : 'finished',
    modelId: `model_${model}`,
    dataset: 'test',
    samples: 2000,
    configuration: Configuration.parse({
      arithmetic: baseline ? 'float' : 'integer',
      weights: { bits },
      activations: { bits: activationBits, observer }
    }),
    configurationHash: '0'.repeat(64),
    top1: top1 === null ? null : { value: top1, low: top1 - 0.01, high: top1 + 0.02, count: 2000 },
    metrics: {},
    error: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: null,
    endedAt: null,
    durationSeconds: null,
    experimentIds: [],
    starred: false,
    tags: []
  };
}

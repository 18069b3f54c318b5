import { BitlabError, type Configuration } from '../../../contract/index.ts';
import {
  differingPart,
  floatInitializer,
  insertFakeQuantization,
  upTo,
  writeModel,
  type GraphAnalysis,
  type Model,
  type QuantizationPlan
} from '../../graph/index.ts';
import { quantizeLayerWeights } from '../../quantization/index.ts';
import { quantizeActivations } from '../activation-quantizer.ts';
import type { Calibration } from '../calibration.ts';
import { evaluationBatch } from '../evaluation.ts';
import { settingsInForce } from '../layer-settings.ts';
import { layerSizeBits } from '../model-cost.ts';
import { firstNonFiniteSample } from '../non-finite.ts';
import type { SampleSource } from '../run-job.ts';
import { openSession, type OutputTensor } from '../session.ts';
import { measureLogits } from './logits-measure.ts';
import type { UnitJob, UnitMeasure } from './sensitivity-job.ts';
import { pointGroups } from './sensitivity-units.ts';

/** Bytes of activations that are kept to start from. */
const usualKeptBytes = 256 * 2 ** 20;

/** The float network and what it says: what every unit is measured against. */
export interface Ground {
  /** As it was prepared: folded, and equalized where that was asked for. */
  readonly model: Model;
  readonly analysis: GraphAnalysis;
  /** With the statistics that the configuration demands. */
  readonly calibration: Calibration;
  readonly source: SampleSource;
  readonly samples: number;
  readonly labels: Int32Array;
  /** Of the float network, samples x classes. */
  readonly logits: Float32Array;
}

/** A batch of what enters the part of the network that a unit changes. */
type Entering = ReadonlyMap<string, OutputTensor>;

interface Changed {
  readonly bits: number;
  readonly sizeBits: number | null;
  /** The part of the network that computes something else, from the tensors at which it begins. */
  readonly part: Model;
}

/**
 * Quantizes one unit to each width, all else in float, and measures what becomes of the logits. What lies before the unit is
 * the float network's: it is computed once, and each width starts from its results.
 * @param keptBytes how many bytes of those results are kept at a time
 * @throws BitlabError; RUN_CANCELLED where `signal` aborts
 */
export async function measureUnit(
  ground: Ground,
  unitJob: UnitJob,
  signal: AbortSignal,
  keptBytes = usualKeptBytes
): Promise<UnitMeasure[]> {
  const { model, analysis, samples, labels, logits: float } = ground;
  const { threads } = unitJob.job;
  const changed = unitJob.bits.map((bits) => changedBy(ground, unitJob, bits));
  const classes = float.length / samples;
  const output = analysis.output.name;
  const found = changed.map(() => new Float32Array(float.length));
  const inputs = changed[0]?.part.graph.inputs.map(({ name }) => name) ?? [];
  for await (const chunk of enteringBatches(ground, inputs, keptBytes, threads, signal)) {
    for (const [index, { part }] of changed.entries()) {
      const session = await openSession(writeModel(part), { threads });
      try {
        for (const { start, entering } of chunk) {
          if (signal.aborted) throw new BitlabError('RUN_CANCELLED');
          const values = (await session.runAll(entering)).get(output)!.data as Float32Array;
          found[index]!.set(values, start * classes);
        }
      } finally {
        await session.release();
      }
    }
  }
  return changed.map(({ bits, sizeBits }, index) => {
    const logits = found[index]!;
    if (firstNonFiniteSample(logits, classes) !== null)
      throw new BitlabError('MODEL_NOT_FINITE', {
        layer: unitJob.unit,
        kind: `its ${unitJob.subject} at ${bits} bits, in ${model.graph.name || 'the model'}`
      });
    return { bits, sizeBits, ...measureLogits(logits, float, labels, classes) };
  });
}

function changedBy(ground: Ground, unitJob: UnitJob, bits: number): Changed {
  const { model, analysis } = ground;
  const { plan, sizeBits } = planOf(ground, unitJob, bits);
  const rewritten = insertFakeQuantization(model, analysis, plan);
  return { bits, sizeBits, part: differingPart(rewritten, model) };
}

/** A plan that quantizes nothing but the unit. */
function planOf(
  ground: Ground,
  { job, subject, unit }: UnitJob,
  bits: number
): { plan: QuantizationPlan; sizeBits: number | null } {
  const nothing: QuantizationPlan = { activations: new Map(), weights: new Map(), biases: new Map() };
  if (subject === 'activations')
    return {
      plan: { ...nothing, activations: activationsOf(ground, job.configuration, unit, bits) },
      sizeBits: null
    };
  const { model, analysis } = ground;
  const layer = analysis.layers.find(({ name }) => name === unit);
  if (layer === undefined) throw new Error(`the model has no layer ${unit}`);
  const { data, shape } = floatInitializer(model, layer.weight);
  const settings = settingsInForce(job.configuration, analysis).weights.get(unit)!;
  const weights = quantizeLayerWeights(data, shape, layer.weightAxis, { ...settings, bits }, unit);
  return {
    plan: { ...nothing, weights: new Map([[unit, weights]]) },
    sizeBits: layerSizeBits(layer, weights.quantizer)
  };
}

/** One quantizer for all points of a group. */
function activationsOf(
  { analysis, calibration }: Ground,
  configuration: Configuration,
  unit: string,
  bits: number
): QuantizationPlan['activations'] {
  const points = pointGroups(analysis, configuration).get(unit);
  if (points === undefined) throw new Error(`the model has no point ${unit}`);
  const settings = settingsInForce(configuration, analysis).activations.get(unit)!;
  const observer = calibration.observer({
    group: points[0]!.group,
    kind: settings.observer,
    dialect: settings.dialect
  });
  const { quantizer } = quantizeActivations(observer, { ...settings, bits });
  return new Map(points.map(({ tensor }) => [tensor, quantizer]));
}

interface KeptBatch {
  /** Its first sample. */
  readonly start: number;
  readonly entering: Entering;
}

/**
 * The values of tensors of the float network, in batches of an evaluation; as many batches at a time as memory is set aside for.
 * @param tensors the network's input may be one of them
 */
async function* enteringBatches(
  { model, analysis, source, samples }: Ground,
  tensors: readonly string[],
  keptBytes: number,
  threads: number,
  signal: AbortSignal
): AsyncGenerator<readonly KeptBatch[]> {
  const input = analysis.input.name;
  const computed = tensors.filter((tensor) => tensor !== input);
  const session =
    computed.length === 0 ? null : await openSession(writeModel(upTo(model, ...computed)), { threads });
  try {
    const size = evaluationBatch(analysis);
    let kept: KeptBatch[] = [];
    let bytes = 0;
    for (let start = 0; start < samples; start += size) {
      if (signal.aborted) throw new BitlabError('RUN_CANCELLED');
      const count = Math.min(size, samples - start);
      const pictures = await source.batch(start, count);
      const shape = [count, ...analysis.input.shape];
      const entering = new Map(session === null ? [] : await session.run(pictures, shape, computed));
      if (tensors.includes(input)) entering.set(input, { type: 'float32', shape, data: pictures });
      kept.push({ start, entering });
      for (const { data } of entering.values()) bytes += (data as Float32Array).byteLength;
      if (bytes < keptBytes && start + size < samples) continue;
      yield kept;
      kept = [];
      bytes = 0;
    }
  } finally {
    await session?.release();
  }
}

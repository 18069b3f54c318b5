import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BitlabError, type LayerResult } from '../../src/contract/index.ts';
import type {
  Computer,
  DatasetRequest,
  FitJob,
  FitMeasure,
  GivenFile,
  RunJob,
  RunPhase,
  RunResult,
  SensitivityGround,
  SensitivityJob,
  UnitJob,
  UnitMeasure
} from '../../src/main/experiments/index.ts';
import { argmaxRows } from '../../src/main/numeric/classification.ts';
import { measureLogits } from '../../src/main/inference/sensitivity/logits-measure.ts';
import { openMeasurement } from '../../src/main/datasets/index.ts';
import { readResults } from '../../src/main/imported-results/index.ts';
import { uniform } from '../../src/main/numeric/random.ts';

/** A linear classifier: logits = weights x. */
export interface SmallModel {
  readonly weights: number[][];
}

export interface SmallData {
  readonly x: number[][];
  readonly y: number[];
}

/**
 * Computes linear classifiers from JSON files within this process, weights and inputs rounded to the bits of the
 * configuration: deterministic results that depend on everything a real run depends on, for tests whose subject is what
 * happens around a computation.
 */
export class SmallComputer implements Computer {
  /** The runs that were computed, in order. */
  readonly computed: string[] = [];
  /** Called before each run; may wait, or throw what the run is to fail with. */
  before: (job: RunJob, signal: AbortSignal) => Promise<void> | void = () => undefined;

  /** The units that were measured, in order: `weights dense 4`. */
  readonly measured: string[] = [];
  /** How often a model was prepared for measuring. */
  grounds = 0;
  /** Called before each unit, as `before` is before each run. */
  beforeUnit: (job: UnitJob, signal: AbortSignal) => Promise<void> | void = () => undefined;

  async inspectModel(path: string, fileName: string) {
    const { weights } = parsed<SmallModel>(path, 'MODEL_NOT_ONNX', fileName);
    const inputs = weights[0]!.length;
    const parameters = weights.length * inputs;
    return {
      opset: 17,
      producer: 'small',
      inputShape: [1, 1, inputs],
      classes: weights.length,
      parameters,
      macs: parameters,
      layerCount: 1,
      layers: [
        {
          name: 'dense',
          operator: 'Gemm' as const,
          fused: null,
          weightShape: [weights.length, inputs],
          outputShape: [weights.length],
          parameters,
          macs: parameters
        }
      ],
      operators: { Gemm: 1 },
      floatOperators: [],
      rewritten: false,
      outputs: ['logits'],
      notes: []
    };
  }

  async previewDataset(): Promise<never> {
    throw new Error('pictures are not looked at here');
  }

  async packDataset({ files, classNames }: DatasetRequest) {
    const [{ path, name }] = files as [GivenFile];
    const { x, y } = parsed<SmallData>(path, 'DATA_NOT_NPZ', name);
    const classes = Math.max(...y) + 1;
    return {
      format: 'npz' as const,
      samples: x.length,
      shape: [1, 1, x[0]!.length] as [number, number, number],
      elementType: 'float32' as const,
      layout: 'nchw' as const,
      classes: classNames.length || classes,
      classNames: [...classNames],
      leftOut: { count: 0, first: [] },
      container: null,
      classCounts: Array.from(
        { length: classes },
        (_unused, label) => y.filter((each) => each === label).length
      )
    };
  }

  readMeasurement = openMeasurement;
  readResults = readResults;

  async pictures(dataset: { path: string }, samples: readonly number[]) {
    const { x, y } = parsed<SmallData>(dataset.path, 'DATA_NOT_NPZ', '');
    return samples.map((sample) => ({
      sample,
      label: y[sample]!,
      width: x[sample]!.length,
      height: 1,
      rgba: Buffer.from(x[sample]!.flatMap((value) => [value & 255, 0, 0, 255])).toString('base64')
    }));
  }

  async measureFit(job: FitJob): Promise<FitMeasure> {
    const { logits, labels, classes } = logitsAt(
      { ...job, configuration: null!, calibrate: null, calibrationSamples: 0, samples: 'all' },
      Infinity,
      Infinity
    );
    const predicted = argmaxRows(logits, classes);
    const correct = labels.filter((label, sample) => label === predicted[sample]).length;
    // Linear classifiers do not see how their inputs are scaled.
    const othersCorrect = job.others.map(() => correct);
    const commonest = Math.max(...[0, 1].map((label) => labels.filter((each) => each === label).length));
    const inputs = { minimum: 0, maximum: 1, mean: 0.5, deviation: 0.25 };
    return { samples: labels.length, correct, othersCorrect, commonest, inputs };
  }

  async compute(
    job: RunJob,
    onProgress: (phase: RunPhase, fraction: number) => void,
    signal: AbortSignal
  ): Promise<RunResult> {
    onProgress('preparing', 0);
    await this.before(job, signal);
    if (signal.aborted) throw new BitlabError('RUN_CANCELLED');
    const { arithmetic, weights: weightSettings, activations, accelerator, seed } = job.configuration;
    const [weightBits, activationBits] =
      arithmetic === 'float' ? [Infinity, Infinity] : [weightSettings.bits, activations.bits];
    const { logits: exact, labels, classes, weights: w } = logitsAt(job, weightBits, activationBits);
    const count = labels.length;
    const deviation = accelerator?.noise.output ?? 0;
    const logits = exact.map((logit, i) => logit + deviation * (uniform(seed, 1, i) - 0.5));
    onProgress('evaluating', 1);
    const right = labels.filter((label, sample) => {
      const row = [...logits.subarray(sample * classes, (sample + 1) * classes)];
      return row.indexOf(Math.max(...row)) === label;
    }).length;
    this.computed.push(job.runId);
    return {
      logits,
      labels,
      drawn: null,
      classes,
      metrics: { top1: right / count, bops: weightSettings.bits * activations.bits },
      layers: [layerOf(w, arithmetic === 'float' ? null : weightSettings.bits)],
      logitsHash: createHash('sha256').update(new Uint8Array(logits.buffer)).digest('hex'),
      durationSeconds: 0.5,
      log: [{ at: '2026-01-02T03:04:05.678Z', text: `computed with ${job.threads} threads` }],
      versions: { node: 'n', onnxRuntime: 'o', processor: 'p', kernels: 'onnxruntime', platform: 'q' }
    };
  }

  async sensitivityGround(job: SensitivityJob): Promise<SensitivityGround> {
    this.grounds++;
    const { logits, labels, classes, inputs } = floatLogits(job);
    return {
      units: [
        {
          subject: 'weights',
          name: 'dense',
          values: classes * inputs,
          macs: classes * inputs,
          input: 'input',
          feeds: []
        },
        {
          subject: 'activations',
          name: 'input',
          values: inputs,
          macs: classes * inputs,
          input: null,
          feeds: ['dense']
        }
      ],
      samples: labels.length,
      float: measureLogits(logits, logits, labels, classes),
      versions: { node: 'n', onnxRuntime: 'o', processor: 'p', platform: 'q' }
    };
  }

  async measureUnit(unitJob: UnitJob, signal: AbortSignal): Promise<UnitMeasure[]> {
    await this.beforeUnit(unitJob, signal);
    if (signal.aborted) throw new BitlabError('RUN_CANCELLED');
    const { job, subject, bits } = unitJob;
    const { logits, labels, classes, inputs } = floatLogits(job);
    return bits.map((width) => {
      this.measured.push(`${subject} ${unitJob.unit} ${width}`);
      const widths = { weights: Infinity, activations: Infinity, [subject]: width };
      const own = logitsAt(job, widths.weights, widths.activations).logits;
      const sizeBits = subject === 'weights' ? classes * inputs * width + 32 : null;
      return { bits: width, sizeBits, ...measureLogits(own, logits, labels, classes) };
    });
  }

  /** Linear classifiers in float have no codes. */
  readonly #noCodes = async () => {
    throw new BitlabError('RUN_NOT_QUANTIZED', { id: 'small' });
  };
  readonly integers = this.#noCodes;
  readonly quantizedOnnx = this.#noCodes;
  readonly divergence = this.#noCodes;
  readonly codeMaps = this.#noCodes;
  readonly layerHistograms = this.#noCodes;
  readonly identity = this.#noCodes;

  async close(): Promise<void> {}
}

const floatLogits = (job: SensitivityJob) => logitsAt(job, Infinity, Infinity);

/** What a linear classifier says with weights and inputs rounded to so many bits; infinitely many leave them as they are. */
function logitsAt(job: SensitivityJob, weightBits: number, activationBits: number) {
  const model = parsed<SmallModel>(job.model.path, 'MODEL_NOT_ONNX', job.model.name);
  const { x, y } = parsed<SmallData>(job.evaluate.path, 'DATA_NOT_NPZ', job.evaluate.name);
  const count = job.samples === 'all' ? x.length : job.samples;
  const round = (value: number, bits: number) =>
    bits === Infinity ? value : Math.round(value * (2 ** (bits - 1) - 1)) / (2 ** (bits - 1) - 1);
  const weights = model.weights.map((row) => row.map((value) => round(value, weightBits)));
  const logits = Float32Array.from(
    x
      .slice(0, count)
      .flatMap((input) =>
        weights.map((row) => row.reduce((sum, value, i) => sum + value * round(input[i]!, activationBits), 0))
      )
  );
  const labels = Int32Array.from(y.slice(0, count));
  return { logits, labels, classes: weights.length, inputs: weights[0]!.length, weights };
}

function layerOf(weights: readonly number[][], bits: number | null): LayerResult {
  const parameters = weights.length * weights[0]!.length;
  const quantizer =
    bits === null
      ? null
      : {
          bits,
          low: -(2 ** (bits - 1)),
          high: 2 ** (bits - 1) - 1,
          scale: [1],
          zeroPoint: [0],
          minimum: [-1],
          maximum: [1]
        };
  return {
    index: 0,
    name: 'dense',
    operator: 'Gemm',
    fused: null,
    macs: parameters,
    parameters,
    weights: quantizer,
    weightSqnrDb: null,
    output: null
  };
}

function parsed<T>(path: string, code: 'MODEL_NOT_ONNX' | 'DATA_NOT_NPZ', file: string): T {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (thrown) {
    throw new BitlabError(code, { file, reason: (thrown as Error).message });
  }
}

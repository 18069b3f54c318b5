import type { AcceleratorSettings, Configuration } from '../../contract/index.ts';
import type { AcceleratorKernels, AcceleratorStatistics } from '../kernels/accelerator-kernels.ts';
import type { IntegerKernels } from '../kernels/integer-kernels.ts';
import { outputElements } from '../kernels/layer-shape.ts';
import {
  compileLayer,
  type AcceleratorContext,
  type CompiledLayer
} from '../simulation/accelerator/index.ts';
import { layerExecutor, type LayerExecutor } from '../simulation/integer/index.ts';
import { rangeOfLayer, type AdcCalibration } from './adc-calibration.ts';
import type { QuantizedNetwork } from './executable-network.ts';
import type { NetworkLayer } from './integer-layers.ts';
import { integerSettings, withAmpleAccumulators } from './integer-settings.ts';
import {
  splitExecutor,
  type BatchPlace,
  type LayerComputation,
  type SplitExecutor,
  type SplitOptions
} from './split-executor.ts';

/** The samples whose outputs are computed a second time, exactly, to see what the hardware adds to them. */
const comparedSamples = 20;
/** How long the kernels compute before others get their turn: a cancellation is heard then. */
const turnMs = 50;

/** What is known of a layer's sums over all batches so far. */
export interface SeenOnHardware {
  readonly compiled: CompiledLayer;
  readonly statistics: AcceleratorStatistics;
  /** Sums of squares of the exact outputs and of the errors of the first samples' outputs, in units of the output. */
  readonly signal: number;
  readonly error: number;
}

/** A network whose layers are computed as hardware with errors does it. */
export interface AcceleratorExecutor extends SplitExecutor {
  seen(): ReadonlyMap<string, SeenOnHardware>;
}

export interface HardwareOptions extends SplitOptions {
  /** Made by `calibrateAdc` on the same hardware; null where its converters need none. */
  readonly calibration: AdcCalibration | null;
  /** Bins of the histogram of sums that is kept, or none. */
  readonly histogramBins?: number;
}

/**
 * Computes the layers of a network on hardware.
 * @param configuration of accelerator arithmetic: its accumulator, requantization and bias
 * @param settings of the hardware
 * @throws BitlabError CONFIGURATION_CONFLICT that names the layer, where codes, slices or sums do not fit;
 *   ACCELERATOR_CALIBRATION_FOREIGN
 */
export async function acceleratorExecutor(
  network: Pick<QuantizedNetwork, 'model' | 'analysis' | 'plan'>,
  kernels: { readonly accelerator: AcceleratorKernels; readonly integer: IntegerKernels },
  configuration: Configuration,
  settings: AcceleratorSettings,
  context: AcceleratorContext,
  { calibration, histogramBins, ...options }: HardwareOptions
): Promise<AcceleratorExecutor> {
  // Layers as integers without a limit; what adds the sums of tiles is the hardware's own register.
  const exact = withAmpleAccumulators(integerSettings(configuration));
  const { bits, overflow } = configuration.accumulator;
  const indexOf = new Map(network.analysis.layers.map(({ name }, index) => [name, index]));
  const seen = new Map<string, () => SeenOnHardware>();
  const compute = (networkLayer: NetworkLayer): LayerComputation => {
    const { name } = networkLayer.layer;
    const compiled = compileLayer(
      { name, index: indexOf.get(name)!, integer: networkLayer.integer, weights: networkLayer.weights },
      { bits, overflow },
      settings,
      context,
      rangeOfLayer(settings, calibration, name)
    );
    const observed = withHistogram(compiled, histogramBins);
    const computation = hardwareLayer(kernels, networkLayer, observed);
    seen.set(name, computation.seen);
    return computation;
  };
  const lanes = kernels.accelerator.threads > 1 && options.onLayer === undefined ? 2 : 1;
  const executor = await splitExecutor(network, exact, kernels.integer.conversion, compute, {
    ...options,
    lanes
  });
  return {
    ...executor,
    seen: () => new Map(Array.from(seen, ([name, of]) => [name, of()]))
  };
}

function withHistogram(compiled: CompiledLayer, bins: number | undefined): CompiledLayer {
  if (bins === undefined) return compiled;
  const perBin = Math.fround(bins / (2 * compiled.fullScaleSum));
  return { ...compiled, layer: { ...compiled.layer, histogram: { perBin, bins } } };
}

function hardwareLayer(
  kernels: { readonly accelerator: AcceleratorKernels; readonly integer: IntegerKernels },
  networkLayer: NetworkLayer,
  compiled: CompiledLayer
): LayerComputation & { seen(): SeenOnHardware } {
  const { layer } = compiled;
  const prepared = kernels.accelerator.prepare(layer);
  const comparison = outputComparison(kernels.integer, networkLayer);
  const sampleOutput = outputElements(layer.shape);
  const Output = layer.output.kind === 'codes' ? Int16Array : Float32Array;
  /** Of each lane. */
  const outputs: (Int16Array | Float32Array)[] = [];
  let statistics: AcceleratorStatistics | null = null;
  let msPerSample = turnMs;
  return {
    async execute(codes, { samples, first, lane, signal }) {
      const elements = samples * sampleOutput;
      let output = outputs[lane] ?? new Output(0);
      if (output.length < elements) output = new Output(elements);
      outputs[lane] = output;
      const target = output.subarray(0, elements);
      const sampleInput = codes.length / samples;
      for (let start = 0; start < samples;) {
        const count = Math.min(Math.max(Math.floor(turnMs / msPerSample), 1), samples - start);
        const began = performance.now();
        const end = start + count;
        const found = await prepared.run(
          codes.subarray(start * sampleInput, end * sampleInput),
          count,
          first + start,
          target.subarray(start * sampleOutput, end * sampleOutput)
        );
        statistics = statistics === null ? found : joined(statistics, found);
        const took = performance.now() - began;
        msPerSample = Math.max(took / count, 0.01);
        start = end;
        if (took < turnMs / 2) continue;
        await new Promise((resolve) => setImmediate(resolve));
        signal?.throwIfAborted();
      }
      comparison.compare(codes, target, { samples, first });
      return target;
    },
    seen: () => ({
      compiled,
      statistics: statistics ?? { sums: 0, clipped: 0, overflows: 0, histogram: null },
      ...comparison.seen()
    }),
    release() {
      comparison.release();
      prepared.release();
    }
  };
}

const joined = (one: AcceleratorStatistics, two: AcceleratorStatistics): AcceleratorStatistics => ({
  sums: one.sums + two.sums,
  clipped: one.clipped + two.clipped,
  overflows: one.overflows + two.overflows,
  histogram: one.histogram?.map((count, bin) => count + two.histogram![bin]!) ?? null
});

/** Compares the outputs of the first samples with those of exact integers on the same codes, in whichever order they come. */
function outputComparison(kernels: IntegerKernels, { integer }: NetworkLayer) {
  let exact: LayerExecutor | null = layerExecutor(kernels, integer);
  let compared = 0;
  const signals = new Float64Array(comparedSamples);
  const errors = new Float64Array(comparedSamples);
  const zeroPoint = integer.output.kind === 'codes' ? integer.output.zeroPoint : 0;
  const release = () => {
    exact?.release();
    exact = null;
  };
  return {
    compare(
      codes: Int16Array,
      found: Int16Array | Float32Array,
      { samples, first }: Pick<BatchPlace, 'samples' | 'first'>
    ) {
      const count = Math.min(samples, comparedSamples - first);
      if (exact === null || count <= 0) return;
      const expected = exact.execute(codes.subarray(0, (codes.length / samples) * count), count);
      const ofSample = expected.length / count;
      for (let i = 0; i < expected.length; i++) {
        const sample = first + Math.floor(i / ofSample);
        signals[sample]! += (expected[i]! - zeroPoint) ** 2;
        errors[sample]! += (found[i]! - expected[i]!) ** 2;
      }
      compared += count;
      if (compared >= comparedSamples) release();
    },
    // Added in the order of the samples, so that the sums do not depend on batches.
    seen: () => ({ signal: sum(signals), error: sum(errors) }),
    release
  };
}

const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);

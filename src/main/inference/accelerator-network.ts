import {
  idealAccelerator,
  type AcceleratorResult,
  type AcceleratorSettings,
  type Configuration
} from '../../contract/index.ts';
import { insertFakeQuantization } from '../graph/index.ts';
import { tileCount, type AcceleratorKernels } from '../kernels/accelerator-kernels.ts';
import type { IntegerKernels } from '../kernels/integer-kernels.ts';
import { reductionLength } from '../kernels/layer-shape.ts';
import { sumHistogram, type AcceleratorContext } from '../simulation/accelerator/index.ts';
import { acceleratorExecutor, type SeenOnHardware } from './accelerator-executor.ts';
import {
  adcCalibrationSamples,
  forCalibration,
  hardwareHash,
  needsAdcCalibration,
  type AdcCalibration
} from './adc-calibration.ts';
import type { ExecutableNetwork, QuantizedNetwork } from './executable-network.ts';
import { evaluationBatch } from './evaluation.ts';
import type { SampleSource } from './run-job.ts';

/** Bins over the whole range of the converters: typical sums are a few hundredths of it. */
const histogramBins = 65536;

/** What computes a network on hardware. */
export interface AcceleratorParts {
  readonly kernels: { readonly accelerator: AcceleratorKernels; readonly integer: IntegerKernels };
  readonly context: AcceleratorContext;
  /** For what ONNX Runtime computes between the layers. */
  readonly threads: number;
}

/** The hardware of a configuration. */
export const hardwareOf = ({ accelerator }: Configuration): AcceleratorSettings =>
  accelerator ?? idealAccelerator;

/** Passes calibration pictures through the hardware, and keeps the sums that its converters must read. */
export async function calibrateAdc(
  network: QuantizedNetwork,
  configuration: Configuration,
  { kernels, context, threads }: AcceleratorParts,
  source: SampleSource,
  onProgress: (fraction: number) => void,
  signal: AbortSignal
): Promise<AdcCalibration> {
  const settings = hardwareOf(configuration);
  const executor = await acceleratorExecutor(
    network,
    kernels,
    configuration,
    forCalibration(settings),
    context,
    { threads, calibration: null, histogramBins }
  );
  try {
    const samples = Math.min(source.samples, adcCalibrationSamples);
    const batch = acceleratorBatch(network);
    for (let first = 0; first < samples; first += batch) {
      const count = Math.min(batch, samples - first);
      await executor.infer(await source.batch(first, count), count, first, signal);
      onProgress((first + count) / samples);
    }
    const sums = Array.from(executor.seen(), ([name, { compiled, statistics }]) => {
      const binWidth = (2 * compiled.fullScaleSum) / histogramBins;
      return [name, sumHistogram(statistics.histogram!, binWidth)] as const;
    });
    return { hardware: hardwareHash(settings), sums: new Map(sums) };
  } finally {
    await executor.release();
  }
}

/** Samples in one batch on hardware: fewer than elsewhere, so that progress is seen and a cancellation is heard. */
export const acceleratorBatch = ({ analysis }: Pick<QuantizedNetwork, 'analysis'>): number =>
  Math.min(evaluationBatch(analysis), 10);

/**
 * A network on the hardware of its configuration.
 * @param calibrate is asked where the converters' ranges come from calibration pictures
 * @throws BitlabError CONFIGURATION_CONFLICT that names the layer at fault
 */
export async function acceleratorNetwork(
  configuration: Configuration,
  network: QuantizedNetwork,
  parts: AcceleratorParts,
  calibrate: () => Promise<AdcCalibration>,
  say: (text: string) => void
): Promise<ExecutableNetwork> {
  const { model, analysis, plan } = network;
  const settings = hardwareOf(configuration);
  const calibration = needsAdcCalibration(settings) ? await calibrate() : null;
  const { kernels, context, threads } = parts;
  say("The layers are computed by Bitlab's accelerator kernels, what lies between them by ONNX Runtime.");
  const executor = await acceleratorExecutor(network, kernels, configuration, settings, context, {
    threads,
    calibration
  });
  return {
    model: insertFakeQuantization(model, analysis, plan),
    plan,
    executor,
    kernels: 'bitlab',
    layers: () => {
      const seen = executor.seen();
      return network.layers.map((result) => {
        const found = seen.get(result.name);
        return found === undefined ? result : { ...result, accelerator: acceleratorResult(found) };
      });
    }
  };
}

/** How a layer lies on the hardware, and what its converters did to its sums. */
function acceleratorResult({ compiled, statistics, signal, error }: SeenOnHardware): AcceleratorResult {
  const { layer, range, fullScaleSum } = compiled;
  const length = reductionLength(layer.shape);
  const tiles = tileCount(length, layer.tile);
  return {
    tiles,
    passes: layer.passes.length,
    utilization: length / (tiles * layer.tile),
    fullScale: fullScaleSum,
    adcLow: range === null ? null : range.low / fullScaleSum,
    adcHigh: range === null ? null : range.high / fullScaleSum,
    clippedShare: statistics.sums === 0 ? 0 : statistics.clipped / statistics.sums,
    overflows: statistics.overflows,
    outputSqnrDb: error === 0 ? null : 10 * Math.log10(signal / error)
  };
}

import { createHash } from 'node:crypto';
import type { Configuration } from '../../../contract/index.ts';
import type { IntegerKernels, LayerOutput } from '../../kernels/integer-kernels.ts';
import { outputChannels } from '../../kernels/layer-shape.ts';
import type { Tensor } from '../../numeric/tensor.ts';
import { decomposeMultiplier } from '../../simulation/integer/index.ts';
import type { QuantizedNetwork } from '../executable-network.ts';
import { integerExecutor } from '../integer-executor.ts';
import type { NetworkLayer } from '../integer-layers.ts';
import { integerSettings } from '../integer-settings.ts';
import type { SampleSource } from '../run-job.ts';
import { bundleReadme } from './bundle-readme.ts';
import { rowChecksums } from './row-checksums.ts';

/** A file of a bundle; paths have forward slashes. */
export interface BundleFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Codes that entered and left a layer, sample after sample. */
export interface GoldenCodes {
  readonly input: Int16Array;
  readonly output: Int16Array | Float32Array;
}

/**
 * Everything that somebody needs to build a network in hardware, or to check a simulator of it: weights, biases, multipliers
 * and codes of every layer as .npy, and a manifest that says what they mean. `resources/integers/check.py` recomputes it.
 * @param samples how many pictures, from the first on, the golden codes are of
 * @param encode an array as an .npy file
 * @throws BitlabError CONFIGURATION_CONFLICT that names the layer that does not fit
 */
export async function integerBundle(
  name: string,
  network: QuantizedNetwork,
  configuration: Configuration,
  kernels: IntegerKernels,
  source: SampleSource,
  samples: number,
  encode: (tensor: Tensor) => Uint8Array
): Promise<BundleFile[]> {
  const settings = integerSettings(configuration);
  const golden = new Map<string, GoldenCodes>();
  const executor = await integerExecutor(network, kernels, settings, {
    threads: 1,
    onLayer: ({ layer }, { input, output }) =>
      golden.set(layer.name, { input: input.slice(), output: output.slice() })
  });
  try {
    await executor.infer(await source.batch(0, samples), samples);
  } finally {
    await executor.release();
  }
  const files: BundleFile[] = [];
  const arrays: Record<string, object> = {};
  const put = (path: string, tensor: Tensor) => {
    const type = tensor.data.constructor.name.replace('Array', '').toLowerCase();
    arrays[path] = { type, shape: tensor.shape, ...rowChecksums(tensor) };
    files.push({ path, bytes: encode(tensor) });
    return path;
  };
  const layers = executor.layers.map((layer, index) =>
    describedLayer(layer, index, golden.get(layer.layer.name)!, samples, put)
  );
  const { analysis, model } = network;
  const manifest = {
    format: 'bitlab-integers',
    version: 1,
    model: name,
    requantization: settings.requantization,
    bias: settings.bias,
    samples,
    input: analysis.input,
    output: analysis.output,
    layers,
    // Everything between the layers, in order: tensors connect by their names.
    operators: model.graph.nodes.map(({ operator, name: node, inputs, outputs }) => ({
      operator,
      name: node,
      inputs: inputs.filter((tensor) => tensor !== '' && !model.graph.initializers.has(tensor)),
      outputs: outputs.filter((tensor) => tensor !== '')
    })),
    quantizers: Object.fromEntries(
      [...network.plan.activations].map(([tensor, quantizer]) => [
        tensor,
        {
          bits: quantizer.bits,
          scale: quantizer.scale[0],
          zeroPoint: quantizer.zeroPoint[0],
          low: quantizer.low,
          high: quantizer.high
        }
      ])
    ),
    // What each file holds, so that check.py can say which of its values was changed.
    arrays
  };
  const text = (path: string, content: string) => ({ path, bytes: new TextEncoder().encode(content) });
  const written = [
    text('README.md', bundleReadme(name, executor.layers, golden, settings)),
    text('manifest.json', `${JSON.stringify(manifest, null, 1)}\n`),
    ...files
  ];
  return [...written, text('SHA256SUMS', written.map(digestLine).join(''))];
}

/** As the program sha256sum writes and reads it. */
const digestLine = ({ path, bytes }: BundleFile) =>
  `${createHash('sha256').update(bytes).digest('hex')}  ${path}\n`;

function describedLayer(
  { layer, integer, bias, input, weights, output }: NetworkLayer,
  index: number,
  golden: GoldenCodes,
  samples: number,
  put: (path: string, tensor: Tensor) => string
) {
  const words = layer.name.match(/[\p{L}\p{N}_.-]+/gu) ?? [];
  const folder = `layers/${String(index).padStart(2, '0')}-${words.join('-')}`;
  const { shape } = integer;
  const channels = outputChannels(shape);
  const weightShape =
    shape.kind === 'product'
      ? [channels, shape.inputs]
      : [channels, shape.input[0] / shape.groups, ...shape.kernel];
  const narrowed = (codes: Int16Array) =>
    codes.every((code) => code >= -128 && code <= 127) ? Int8Array.from(codes) : codes;
  const vector = (file: string, data: Int32Array | Float32Array) =>
    put(`${folder}/${file}.npy`, { shape: [data.length], data });
  return {
    index,
    name: layer.name,
    operator: layer.operator,
    fused: layer.fused,
    shape,
    order: integer.order,
    input: {
      tensor: layer.input,
      shape: layer.inputShape,
      bits: input.bits,
      scale: input.scale[0],
      ...integer.input
    },
    weights: {
      file: put(`${folder}/weights.npy`, { shape: weightShape, data: narrowed(integer.weights) }),
      bits: weights.bits,
      low: weights.low + integer.weightZeroPoints[0]! - weights.zeroPoint[0]!,
      high: weights.high + integer.weightZeroPoints[0]! - weights.zeroPoint[0]!,
      scales: spread(weights.scale, channels),
      zeroPoints: spread(integer.weightZeroPoints, channels)
    },
    accumulator: integer.accumulation,
    bias: integer.bias === null ? null : vector('bias', integer.bias),
    offset: integer.offset === null ? null : vector('offset', integer.offset),
    storedBias:
      bias === null || bias.stored === null
        ? null
        : { file: vector('stored-bias', bias.stored.codes), scale: bias.stored.scale },
    output: {
      tensor: layer.fusedOutput,
      shape: layer.outputShape,
      ...(output !== null && { bits: output.bits, scale: output.scale[0] }),
      ...describedOutput(integer.output, channels)
    },
    golden: {
      input: put(`${folder}/golden-input.npy`, {
        shape: [samples, ...layer.inputShape],
        data: golden.input
      }),
      output: put(`${folder}/golden-output.npy`, {
        shape: [samples, ...layer.outputShape],
        data: golden.output
      })
    }
  };
}

/** The rule from sums to codes, with M0 and n for hardware also where the rule itself multiplies by a float. */
function describedOutput(output: LayerOutput, channels: number) {
  if (output.kind === 'values') return { kind: output.kind, scales: spread(output.scales, channels) };
  const { requantization, zeroPoint, low, high } = output;
  if (requantization.kind === 'fixed-point') {
    const { multipliers, shifts } = requantization;
    const rule = {
      kind: requantization.kind,
      M0: spread(multipliers, channels),
      n: spread(shifts, channels)
    };
    return { kind: output.kind, zeroPoint, low, high, requantization: rule };
  }
  const multipliers = spread(requantization.multipliers, channels);
  const parts = multipliers.map((multiplier) => decomposeMultiplier(multiplier));
  const rule = {
    kind: requantization.kind,
    multipliers,
    M0: parts.map(({ multiplier }) => multiplier),
    n: parts.map(({ shift }) => shift)
  };
  return { kind: output.kind, zeroPoint, low, high, requantization: rule };
}

/** One entry for each output channel, also where all share one. */
const spread = (values: Float32Array | Int32Array, channels: number): number[] =>
  Array.from({ length: channels }, (_, channel) => values[values.length === 1 ? 0 : channel]!);

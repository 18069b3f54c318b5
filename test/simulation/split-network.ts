import * as ort from 'onnxruntime-node';
import { floatInitializer, writeModel } from '../../src/main/graph/index.ts';
import type { GraphAnalysis, Layer, Model, QuantizationPlan } from '../../src/main/graph/index.ts';
import { clipBounds } from '../../src/main/graph/find-layers.ts';
import { layerGeometry, outputChannelsFirst } from '../../src/main/graph/layer-geometry.ts';
import { insertFakeQuantization } from '../../src/main/graph/rewrites/insert-fake-quantization.ts';
import { activationQuantizers } from '../../src/main/graph/rewrites/plan-lookup.ts';
import { splitAtLayers, type LayerSegment } from '../../src/main/graph/rewrites/split-at-layers.ts';
import type { IntegerKernels } from '../../src/main/kernels/integer-kernels.ts';
import { rint } from '../../src/main/numeric/float32.ts';
import type { Quantizer } from '../../src/main/quantization/quantizer.ts';
import {
  buildIntegerLayer,
  codesToValues,
  layerExecutor,
  valuesToCodes,
  type IntegerSettings,
  type LayerExecutor
} from '../../src/main/simulation/integer/index.ts';

/** A tensor of a batch: float values, and where it stands on a grid, its codes. */
interface Activation {
  readonly shape: readonly number[];
  values: Float32Array | null;
  codes: Int16Array | null;
}

interface Step {
  run(tensors: Map<string, Activation>, samples: number): Promise<void>;
}

/** A network whose layers are computed by the integer kernels, and all between them by ONNX Runtime. */
export interface SplitNetwork {
  logits(pictures: Float32Array, samples: number): Promise<Float32Array>;
  readonly executors: readonly LayerExecutor[];
  /** Milliseconds spent in layers, and between them. */
  readonly milliseconds: { layers: number; between: number };
}

export async function splitNetwork(
  model: Model,
  analysis: GraphAnalysis,
  plan: QuantizationPlan,
  kernels: IntegerKernels,
  settings: IntegerSettings
): Promise<SplitNetwork> {
  const quantizers = activationQuantizers(analysis, plan);
  const quantizerOf = (tensor: string) => quantizers.get(analysis.quantizedBy.get(tensor) ?? '') ?? null;
  const executors: LayerExecutor[] = [];
  const steps: Step[] = [];
  const milliseconds = { layers: 0, between: 0 };
  for (const segment of splitAtLayers(model, analysis)) {
    if (segment.kind === 'layer') {
      steps.push(layerStep(model, segment, plan, quantizerOf, kernels, settings, executors, milliseconds));
      continue;
    }
    const made = new Set([...segment.inputs, ...segment.model.graph.nodes.flatMap((node) => node.outputs)]);
    const part = {
      ...analysis,
      layers: [],
      points: analysis.points.filter(({ tensor }) => made.has(tensor))
    };
    const quantized = insertFakeQuantization(segment.model, part, plan);
    const session = await ort.InferenceSession.create(writeModel(quantized), {
      intraOpNumThreads: 1,
      logSeverityLevel: 3
    });
    steps.push({
      async run(tensors) {
        const feeds: Record<string, ort.Tensor> = {};
        for (const name of segment.inputs) {
          const tensor = tensors.get(name)!;
          if (tensor.values === null) {
            tensor.values = new Float32Array(tensor.codes!.length);
            codesToValues(tensor.codes!, quantizerOf(name)!, tensor.values);
          }
          feeds[name] = new ort.Tensor('float32', tensor.values, [...tensor.shape]);
        }
        const started = performance.now();
        const results = await session.run(feeds);
        milliseconds.between += performance.now() - started;
        for (const [name, { dims, data }] of Object.entries(results)) {
          tensors.set(name, { shape: dims, values: data as Float32Array, codes: null });
        }
      }
    });
  }
  return {
    executors,
    milliseconds,
    async logits(pictures, samples) {
      const tensors = new Map<string, Activation>();
      tensors.set(analysis.input.name, {
        shape: [samples, ...analysis.input.shape],
        values: pictures,
        codes: null
      });
      for (const step of steps) await step.run(tensors, samples);
      return tensors.get(analysis.output.name)!.values!;
    }
  };
}

function layerStep(
  model: Model,
  { layer, node }: LayerSegment,
  plan: QuantizationPlan,
  quantizerOf: (tensor: string) => Quantizer | null,
  kernels: IntegerKernels,
  settings: IntegerSettings,
  executors: LayerExecutor[],
  milliseconds: { layers: number }
): Step {
  const input = quantizerOf(layer.input)!;
  let executor: LayerExecutor | null = null;
  return {
    async run(tensors, samples) {
      const entering = tensors.get(layer.input)!;
      if (entering.codes === null) {
        entering.codes = new Int16Array(entering.values!.length);
        valuesToCodes(entering.values!, input, entering.codes);
      }
      if (executor === null) {
        const weights = plan.weights.get(layer.name)!;
        const { layer: integer } = buildIntegerLayer(
          {
            name: layer.name,
            shape: layerGeometry(layer, node, entering.shape.slice(1)),
            input,
            weightCodes: outputChannelsFirst(weights.codes, layer),
            weights: weights.quantizer,
            bias: layer.bias === null ? null : floatInitializer(model, layer.bias).data,
            output: withFusedBounds(model, layer, quantizerOf(layer.fusedOutput))
          },
          settings
        );
        executor = layerExecutor(kernels, integer);
        executors.push(executor);
      }
      const started = performance.now();
      const leaving = executor.execute(entering.codes, samples);
      milliseconds.layers += performance.now() - started;
      const shape = [samples, ...layer.outputShape];
      tensors.set(
        layer.fusedOutput,
        leaving instanceof Int16Array
          ? { shape, values: null, codes: leaving.slice() }
          : { shape, values: leaving.slice(), codes: null }
      );
    }
  };
}

/** The quantizer of a layer's output, a fused Relu or Clip in its bounds: quantization is monotone. */
function withFusedBounds(model: Model, layer: Layer, quantizer: Quantizer | null): Quantizer | null {
  if (quantizer === null || layer.fused === null) return quantizer;
  const activation = model.graph.nodes.find((node) => node.outputs[0] === layer.fusedOutput)!;
  const [lower, upper] = layer.fused === 'Relu' ? [0, Infinity] : clipBounds(activation, model.graph)!;
  const code = (value: number) => {
    const rounded = rint(Math.fround(value * Math.fround(1 / quantizer.scale[0]!)));
    return Math.min(Math.max(rounded + quantizer.zeroPoint[0]!, quantizer.low), quantizer.high);
  };
  return { ...quantizer, low: code(lower), high: code(upper) };
}

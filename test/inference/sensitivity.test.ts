import { beforeAll, describe, expect, test } from 'vitest';
import { Configuration, type SensitivityUnit } from '../../src/contract/index.ts';
import { openDataset } from '../../src/main/datasets/index.ts';
import {
  insertFakeQuantization,
  makeFloatValue,
  makeModel,
  makeNode,
  type QuantizationPlan
} from '../../src/main/graph/index.ts';
import { activationQuantizers } from '../../src/main/graph/index.ts';
import { Calibration } from '../../src/main/inference/calibration.ts';
import { RunComputation } from '../../src/main/inference/compute-run.ts';
import { evaluate } from '../../src/main/inference/evaluation.ts';
import { graphExecutor } from '../../src/main/inference/executor.ts';
import { bitOperations, modelSizeBits } from '../../src/main/inference/model-cost.ts';
import { prepareModel } from '../../src/main/inference/prepared-model.ts';
import { demandsOf, planQuantization } from '../../src/main/inference/quantization-plan.ts';
import type { DatasetFile, SampleSource } from '../../src/main/inference/run-job.ts';
import { measureLogits } from '../../src/main/inference/sensitivity/logits-measure.ts';
import { measureUnit, type Ground } from '../../src/main/inference/sensitivity/measure-unit.ts';
import type { SensitivityJob } from '../../src/main/inference/sensitivity/sensitivity-job.ts';
import { pointGroups, sensitivityUnits } from '../../src/main/inference/sensitivity/sensitivity-units.ts';
import { noise } from '../graph/fixtures/run-model.ts';
import { weights } from '../graph/fixtures/small-graphs.ts';
import { sampleDataset, sampleModel } from './samples.ts';

const openSource = (file: DatasetFile) => openDataset(file.path, file.format, file.preprocessing, file.name);
const live = new AbortController().signal;
const configuration = Configuration.parse({
  arithmetic: 'simulated',
  bias: 'float',
  activations: { observer: 'minmax' }
});

describe('on a sample network', () => {
  let job: SensitivityJob;
  let ground: Ground;
  let units: readonly SensitivityUnit[];

  beforeAll(async () => {
    job = {
      model: await sampleModel('resnet18-label-smoothing'),
      evaluate: await sampleDataset('test'),
      samples: 70,
      calibrate: await sampleDataset('calib'),
      calibrationSamples: 64,
      configuration,
      threads: 1
    };
    ground = await new RunComputation(openSource).ground(job, () => {}, live);
    units = sensitivityUnits(ground.analysis, configuration);
  });

  /** The same by evaluating the whole network with a plan of nothing but the unit. */
  async function whole(unit: SensitivityUnit, bits: number) {
    const { model, analysis, calibration, source, samples, labels, logits } = ground;
    const settings = { ...configuration, weights: { ...configuration.weights, bits } };
    const full = planQuantization(
      model,
      analysis,
      { ...settings, activations: { ...configuration.activations, bits } },
      calibration
    ).plan;
    const points = pointGroups(analysis, configuration).get(unit.name) ?? [];
    const plan: QuantizationPlan = {
      biases: new Map(),
      weights: unit.subject === 'weights' ? new Map([[unit.name, full.weights.get(unit.name)!]]) : new Map(),
      activations:
        unit.subject === 'weights'
          ? new Map()
          : new Map(points.map(({ tensor }) => [tensor, full.activations.get(tensor)!]))
    };
    const executor = await graphExecutor(
      insertFakeQuantization(model, analysis, plan),
      analysis.input.shape,
      1
    );
    const found = await evaluate(executor, source, samples, 50, () => {}, live);
    await executor.release();
    return measureLogits(found.logits, logits, labels, found.classes);
  }

  test('units are the layers, and the tensors that share a range', () => {
    const layers = units.filter(({ subject }) => subject === 'weights');
    expect(layers).toHaveLength(21);
    expect(layers[0]).toEqual({
      subject: 'weights',
      name: '/conv1/Conv',
      values: 432,
      macs: 442368,
      input: 'input',
      feeds: []
    });
    const tensors = units.filter(({ subject }) => subject === 'activations');
    expect(tensors[0]).toMatchObject({ name: 'input', values: 3072, feeds: ['/conv1/Conv'] });
    // The mean over the picture takes over the range of what enters it, so that both are one unit.
    const last = tensors.at(-1)!;
    expect(last).toMatchObject({ values: 2048 + 128, feeds: ['/fc/Gemm'] });
    const groups = pointGroups(ground.analysis, configuration);
    expect(groups.get(last.name)).toHaveLength(2);
    expect(tensors.map(({ name }) => name)).toEqual([...groups.keys()]);
    // Every input of a layer is a unit, and the logits are none: they are not quantized.
    const names = new Set(tensors.map(({ name }) => name));
    expect(layers.every(({ input }) => names.has(input!))).toBe(true);
    expect(names.has(ground.analysis.output.name)).toBe(false);
    const withOutput = pointGroups(ground.analysis, { ...configuration, quantizeOutput: true });
    expect(withOutput.has(ground.analysis.output.name)).toBe(true);
  });

  test.each([
    ['weights', '/conv1/Conv'],
    ['weights', '/layer2/layer2.0/downsample/downsample.0/Conv'],
    ['weights', '/fc/Gemm'],
    ['activations', 'input'],
    ['activations', '/layer1/layer1.1/relu_1/Relu_output_0'],
    ['activations', '/layer4/layer4.1/relu_1/Relu_output_0']
  ] as const)('%s of %s alone, as in a whole network that has only them quantized', async (subject, name) => {
    const unit = units.find((each) => each.subject === subject && each.name === name)!;
    const [few, many] = await measureUnit(ground, { job, subject, unit: name, bits: [2, 6] }, live);
    for (const [bits, measured] of [[2, few!] as const, [6, many!] as const]) {
      const expected = await whole(unit, bits);
      expect(measured.bits).toBe(bits);
      expect(measured.correct).toBe(expected.correct);
      expect(measured.logitsError / expected.logitsError).toBeCloseTo(1, 2);
      expect(measured.divergence).toBeCloseTo(expected.divergence, 5);
      expect(measured.crossEntropy).toBeCloseTo(expected.crossEntropy, 5);
    }
    expect(few!.logitsError).toBeGreaterThan(many!.logitsError);
    expect(few!.sizeBits === null).toBe(subject === 'activations');
  });

  test('keeping one batch at a time changes nothing', async () => {
    const unitJob = { job, subject: 'weights', unit: '/layer3/layer3.0/conv1/Conv', bits: [4] } as const;
    const once = await measureUnit(ground, unitJob, live);
    expect(await measureUnit(ground, unitJob, live, 1)).toEqual(once);
  });

  test('sizes of the layers add up to that of the network, and inputs give its bit operations', async () => {
    const { model, analysis, calibration } = ground;
    const { plan } = planQuantization(
      model,
      analysis,
      Configuration.parse({
        ...configuration,
        weights: { bits: 4 },
        activations: { bits: 3, observer: 'minmax' }
      }),
      calibration
    );
    const layers = units.filter(({ subject }) => subject === 'weights');
    let size = 0;
    for (const { name } of layers.slice(0, 3)) {
      const [measure] = await measureUnit(ground, { job, subject: 'weights', unit: name, bits: [4] }, live);
      size += measure!.sizeBits!;
    }
    const first = { ...analysis, layers: analysis.layers.slice(0, 3) };
    expect(size).toBe(modelSizeBits(first, plan));
    const quantizers = activationQuantizers(analysis, plan);
    const operations = layers.reduce(
      (sum, { macs, input }) => sum + macs * 4 * quantizers.get(input!)!.bits,
      0
    );
    expect(operations).toBe(bitOperations(analysis, plan));
  });

  test('cancelling stops it', async () => {
    const stopped = AbortSignal.abort();
    const unitJob = { job, subject: 'weights', unit: '/fc/Gemm', bits: [4] } as const;
    await expect(measureUnit(ground, unitJob, stopped)).rejects.toMatchObject({ code: 'RUN_CANCELLED' });
  });
});

test('with normally distributed weights and inputs, each bit more leaves less error', async () => {
  for (const seed of [1, 2, 3]) {
    const model = makeModel({
      nodes: [
        makeNode('Gemm', ['x', 'a.weight', 'a.bias'], ['p'], { transB: 1 }, 'a'),
        makeNode('Relu', ['p'], ['r'], {}, 'relu'),
        makeNode('Gemm', ['r', 'b.weight', 'b.bias'], ['y'], { transB: 1 }, 'b')
      ],
      initializers: [
        weights('a.weight', [64, 48], seed),
        weights('a.bias', [64], seed + 10),
        weights('b.weight', [10, 64], seed + 20),
        weights('b.bias', [10], seed + 30)
      ],
      inputs: [makeFloatValue('x', ['batch', 48])],
      outputs: [makeFloatValue('y', ['batch', 10])]
    });
    const samples = 128;
    const { data } = noise([samples, 48], seed + 40);
    const source: SampleSource = {
      samples,
      shape: [48],
      labels: Int32Array.from({ length: samples }, (_, sample) => sample % 10),
      classes: 10,
      batch: async (offset: number, count: number) => data.slice(offset * 48, (offset + count) * 48)
    };
    const prepared = await prepareModel(model);
    const calibration = new Calibration(prepared.model, prepared.analysis, source, samples, 'noise');
    await calibration.collect(demandsOf(configuration, prepared.analysis), 1, () => {}, live);
    const executor = await graphExecutor(prepared.model, [48], 1);
    const { logits } = await evaluate(executor, source, samples, samples, () => {}, live);
    await executor.release();
    const { analysis } = prepared;
    const ground: Ground = { ...prepared, calibration, source, samples, labels: source.labels, logits };
    const job = { configuration, threads: 1 } as SensitivityJob;
    for (const { subject, name } of sensitivityUnits(analysis, configuration)) {
      const bits = [2, 3, 4, 5, 6, 7, 8, 10];
      const measures = await measureUnit(ground, { job, subject, unit: name, bits }, live);
      const errors = measures.map(({ logitsError }) => logitsError);
      expect(errors.toSorted((a, b) => b - a)).toEqual(errors);
      // About 6 dB for a bit.
      expect(10 * Math.log10(errors[0]! / errors.at(-1)!)).toBeGreaterThan(35);
    }
  }
});

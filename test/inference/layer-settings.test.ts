import { expect, test } from 'vitest';
import { Configuration, type BitlabError } from '../../src/contract/index.ts';
import { settingsInForce } from '../../src/main/inference/layer-settings.ts';
import { prepareModel, readModelFile } from '../../src/main/inference/prepared-model.ts';
import { sampleModel } from './samples.ts';

const { path } = await sampleModel('resnet18-mse');
const { analysis } = await prepareModel(await readModelFile(path, 'resnet18-mse.onnx', null));
const names = analysis.layers.map((layer) => layer.name);
const inForce = (layers: Configuration['layers']) =>
  settingsInForce({ ...Configuration.parse({}), layers }, analysis);

test('without overrides every layer and point has the common settings', () => {
  const { weights, activations } = inForce({});
  expect([...weights.keys()]).toEqual(names);
  expect(new Set([...weights.values()].map((settings) => settings.bits))).toEqual(new Set([8]));
  expect(activations.size).toBe(analysis.points.length);
});

test('first and last are positions', () => {
  const { weights } = inForce({ first: { weights: { bits: 3 } }, last: { weights: { bits: 5 } } });
  expect(names.map((name) => weights.get(name)!.bits)).toEqual([
    3,
    ...Array<number>(names.length - 2).fill(8),
    5
  ]);
});

test('a pattern covers many, a position beats it, an exact name beats both', () => {
  const { weights } = inForce({
    [names[0]!]: { weights: { bits: 7 } },
    first: { weights: { bits: 6 } },
    '*': { weights: { bits: 4, scheme: 'affine' } }
  });
  expect(weights.get(names[0]!)).toMatchObject({ bits: 7, scheme: 'affine' });
  expect(weights.get(names[1]!)).toMatchObject({ bits: 4, scheme: 'affine' });
});

test('an override of a layer reaches the quantizer of its output, one of a tensor only that tensor', () => {
  const output = analysis.layers[0]!.fusedOutput;
  expect(inForce({ first: { activations: { bits: 5 } } }).activations.get(output)!.bits).toBe(5);
  const { activations } = inForce({ input: { activations: { bits: 6 } } });
  expect(activations.get('input')!.bits).toBe(6);
  expect(activations.get(output)!.bits).toBe(8);
});

test('an override that matches nothing names its nearest', () => {
  const wrong = names[3]!.replace('conv', 'cnov');
  try {
    inForce({ [wrong]: { weights: { bits: 4 } } });
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIGURATION_INVALID' });
    expect((error as BitlabError).remedy).toContain(names[3]);
  }
});

test('input stands for what enters the network, whatever its name', () => {
  const renamed = {
    ...analysis,
    input: { ...analysis.input, name: 'pixels' },
    points: analysis.points.map((point) =>
      point.tensor === 'input' ? { ...point, tensor: 'pixels' } : point
    )
  };
  const layers = { input: { activations: { bits: 8 } } };
  const { activations } = settingsInForce(
    { ...Configuration.parse({ activations: { bits: 3 } }), layers },
    renamed
  );
  expect([...activations].filter(([, { bits }]) => bits === 8).map(([tensor]) => tensor)).toEqual(['pixels']);
});

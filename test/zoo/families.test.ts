import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { measure, type ZooModel } from '../../tools/zoo/measure.ts';

/** Made by `tools/zoo.py test/data/zoo --small --samples 8`: the operators of the families, with few channels and layers. */
const folder = join(import.meta.dirname, '../data/zoo');
const { models } = JSON.parse(readFileSync(join(folder, 'zoo.json'), 'utf8')) as { models: ZooModel[] };

/** What is no layer, by family; the operators that only move values are not among them. */
const inFloat: Readonly<Record<string, readonly string[]>> = {
  mobilenet_v3: ['HardSwish', 'HardSigmoid', 'GlobalAveragePool'],
  densenet: ['BatchNormalization', 'GlobalAveragePool'],
  efficientnet_b0: ['Sigmoid'],
  regnet: ['Sigmoid'],
  convnext_tiny: ['LayerNormalization', 'Div', 'Erf', 'Add', 'Mul'],
  vit: ['Add', 'LayerNormalization', 'Div', 'MatMul', 'Softmax', 'Erf', 'Mul']
};

describe.each(models)('$family', (model) => {
  test('float agrees with PyTorch, and 8 bits with float by more than 20 dB, simulated and integer', async () => {
    const result = await measure(join(folder, `${model.name}.onnx`), model, 1);
    expect(result.floatSqnrDb).toBeGreaterThan(100);
    expect(result.simulated.metrics['logitsSqnrDb']).toBeGreaterThan(20);
    expect(result.integer.metrics['logitsSqnrDb']).toBeGreaterThan(20);
    expect(result.inspected.floatOperators).toEqual(inFloat[model.name] ?? []);
    // Every layer works on codes.
    expect(result.integer.layers.every(({ integers }) => integers !== undefined)).toBe(true);
  });
});

test('fifteen families', () => {
  expect(models).toHaveLength(15);
});

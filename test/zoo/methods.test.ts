import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { zooRuns, type ZooModel } from '../../tools/zoo/measure.ts';

const folder = join(import.meta.dirname, '../data/zoo');
const { models } = JSON.parse(readFileSync(join(folder, 'zoo.json'), 'utf8')) as { models: ZooModel[] };
const variants = JSON.parse(readFileSync(join(folder, 'variants/variants.json'), 'utf8')) as {
  side: number;
  attention: number[][];
};

/** Samples behind the positions of a sequence; biases behind products of three dimensions; one sample at a time; norms before layers. */
const subjects: [string, string, ZooModel][] = [
  ...['vit', 'convnext_tiny', 'densenet'].map((name): [string, string, ZooModel] => [
    name,
    `${name}.onnx`,
    models.find((model) => model.name === name)!
  ]),
  [
    'an attention of batch one',
    'variants/attention-batch1.onnx',
    { name: 'attention', family: '', opset: 17, side: variants.side, logits: variants.attention }
  ]
];

describe.each(subjects)('%s', (_, file, model) => {
  test('an accelerator without errors equals the integers bit for bit', async () => {
    const compute = await zooRuns(join(folder, file), model, 1);
    const integer = await compute({ arithmetic: 'integer' });
    const accelerator = await compute({ arithmetic: 'accelerator', accelerator: {} });
    expect(accelerator.logitsHash).toBe(integer.logitsHash);
  });

  test('GPTQ at 4 bits is better than rounding to the nearest by more than 3 dB', async () => {
    const compute = await zooRuns(join(folder, file), model, 1);
    const sqnrDb = async (rounding: string) =>
      (await compute({ arithmetic: 'simulated', weights: { bits: 4, rounding } })).metrics['logitsSqnrDb']!;
    expect(await sqnrDb('gptq')).toBeGreaterThan((await sqnrDb('nearest')) + 3);
  });
});

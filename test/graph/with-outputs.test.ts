import { expect, test } from 'vitest';
import {
  makeFloatValue,
  makeNode,
  tensorsToObserve,
  withDynamicBatch,
  withOutputs
} from '../../src/main/graph/index.ts';
import { noise, observe, outputOf, runModel } from './fixtures/run-model.ts';
import { graphOf, integers, weights } from './fixtures/small-graphs.ts';

/** The way in which PyTorch exports `x.view(x.size(0), -1)`. */
const viewed = graphOf(
  [
    makeNode('Shape', ['x'], ['shape']),
    makeNode('Gather', ['shape', 'zero'], ['batch']),
    makeNode('Concat', ['batch', 'rest'], ['newShape'], { axis: 0 }),
    makeNode('Relu', ['x'], ['positive']),
    makeNode('Reshape', ['positive', 'newShape'], ['flat']),
    makeNode('Gemm', ['flat', 'w'], ['y'])
  ],
  [integers('zero', [0]), integers('rest', [-1]), weights('w', [192, 4], 1)]
);

test('tensors of floats are observed, shapes are not', async () => {
  expect(tensorsToObserve(viewed)).toEqual(['positive', 'flat', 'y']);
  const observed = await observe(viewed, noise([2, 3, 8, 8], 1));
  expect(observed.get('flat')!.shape).toEqual([2, 192]);
  expect(observed.get('flat')!.data).toEqual(observed.get('positive')!.data);
});

test('any tensor can become an output, of integers, too', async () => {
  const outputs = await runModel(withOutputs(viewed, ['newShape', 'y', 'positive']), noise([2, 3, 8, 8], 1));
  expect([...outputs.keys()]).toEqual(['y', 'newShape', 'positive']);
});

test('a fixed batch becomes a symbolic one', async () => {
  const relu = graphOf([makeNode('Relu', ['x'], ['y'])], [], [1, 4]);
  const fixed = { ...relu, graph: { ...relu.graph, outputs: [makeFloatValue('y', [1, 4])] } };
  await expect(outputOf(fixed, noise([3, 4], 1))).rejects.toThrow(/invalid dimensions/i);
  expect(await outputOf(withDynamicBatch(fixed), noise([3, 4], 1))).toHaveLength(12);
});

import { expect, test } from 'vitest';
import {
  checkSupported,
  foldBatchNormalization,
  makeInitializer,
  readModel,
  simplify,
  tensorsToObserve,
  writeModel
} from '../../src/main/graph/index.ts';
import { sample } from '../graph/fixtures/samples.ts';
import { fuzz } from './mutated-bytes.ts';

/** The sample with tiny weights, so that most of its bytes are structure and a mutation hits some. */
const small = (() => {
  const model = sample('mse');
  const initializers = new Map(
    [...model.graph.initializers].map(([name, { shape }]) => {
      const tiny = shape.map(() => 1);
      return [name, makeInitializer(name, tiny, new Float32Array(1))];
    })
  );
  return writeModel({ ...model, graph: { ...model.graph, initializers } });
})();

test('a mutated model is read, or refused with a code, and never crashes or hangs', async () => {
  const outcomes = await fuzz({
    originals: { 'resnet18.onnx': small },
    read(bytes, name) {
      const model = readModel(bytes, name);
      const prepared = foldBatchNormalization(simplify(model));
      checkSupported(prepared);
      tensorsToObserve(prepared);
      expect(readModel(writeModel(model), 'again.onnx')).toEqual(model);
    }
  });
  expect([...outcomes.keys()]).toEqual(expect.arrayContaining(['MODEL_NOT_ONNX', 'MODEL_INVALID']));
});

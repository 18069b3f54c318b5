import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import {
  checkSupported,
  foldBatchNormalization,
  makeInitializer,
  readModel,
  simplify,
  tensorsToObserve,
  writeModel
} from '../../src/main/graph/index.ts';
import { sample } from './fixtures/samples.ts';

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

const mutation = fc.oneof(
  fc.record({ kind: fc.constant('set' as const), at: fc.nat(small.length - 1), value: fc.nat(255) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(small.length - 1), value: fc.nat(64) }),
  fc.record({ kind: fc.constant('end' as const), at: fc.nat(small.length - 1), value: fc.nat(0) })
);

test('a mutated model is read, or refused with a code, and never crashes or hangs', () => {
  const codes = new Set<string>();
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 8 }), (mutations) => {
      let bytes = [...small];
      for (const { kind, at, value } of mutations) {
        if (kind === 'set') bytes[at % bytes.length] = value;
        else if (kind === 'cut') bytes.splice(at % bytes.length, value);
        else bytes = bytes.slice(0, Math.max(1, at));
      }
      try {
        const model = readModel(Uint8Array.from(bytes), 'mutated.onnx');
        const prepared = foldBatchNormalization(simplify(model));
        checkSupported(prepared);
        tensorsToObserve(prepared);
        expect(readModel(writeModel(model), 'again.onnx')).toEqual(model);
        codes.add('read');
      } catch (error) {
        if (!(error instanceof BitlabError)) throw error;
        codes.add(error.code);
      }
    }),
    { numRuns: 300 }
  );
  expect(codes).toContain('MODEL_NOT_ONNX');
  expect(codes.size).toBeGreaterThan(1);
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  checkSupported,
  constantPart,
  foldBatchNormalization,
  raiseOpset,
  readModel,
  simplify,
  tensorsToObserve,
  withFreeReshapes,
  withUsualLayers,
  writeModel
} from '../../src/main/graph/index.ts';
import { fuzz } from './mutated-bytes.ts';

const folder = join(import.meta.dirname, '../data/zoo/variants');

/** Files that PyTorch wrote, of several opsets. */
const originals = Object.fromEntries(
  readdirSync(folder)
    .filter((name) => name.endsWith('.onnx'))
    .map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))])
);

test('a mutated model is read and rewritten, or refused with a code, and never crashes or hangs', async () => {
  const outcomes = await fuzz({
    originals,
    read(bytes, name) {
      const model = readModel(bytes, name);
      expect(readModel(writeModel(model), 'again.onnx')).toEqual(model);
      const simple = simplify(model);
      checkSupported(simple);
      const raised = raiseOpset(simple);
      constantPart(raised);
      const usual = withUsualLayers(raised, () => 4);
      tensorsToObserve(foldBatchNormalization(withFreeReshapes(usual, 1)));
    }
  });
  expect([...outcomes.keys()]).toEqual(expect.arrayContaining(['read', 'MODEL_NOT_ONNX', 'MODEL_INVALID']));
});

import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Configuration } from '../../src/contract/index.ts';
import { integerKernels } from '../../src/main/hosts/runner/integer-kernels.ts';
import { Calibration } from '../../src/main/inference/calibration.ts';
import { integerExecutor } from '../../src/main/inference/integer-executor.ts';
import { integerSettings } from '../../src/main/inference/integer-settings.ts';
import { prepareModel, readModelFile } from '../../src/main/inference/prepared-model.ts';
import { demandsOf, planQuantization } from '../../src/main/inference/quantization-plan.ts';
import { samplesFirst } from '../../src/main/inference/samples-first.ts';
import { zooPictures } from '../../tools/zoo/pictures.ts';

test('samples that lie behind other axes are put in front, each in its own order', () => {
  const extents = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 2 });
  fc.assert(
    fc.property(extents, fc.integer({ min: 1, max: 4 }), extents, (before, samples, behind) => {
      const positions = before.reduce((product, extent) => product * extent, 1);
      const inner = behind.reduce((product, extent) => product * extent, 1);
      // A value is 100 * sample + its place in the sample.
      const values = Int16Array.from({ length: positions * samples * inner }, (_, i) => {
        const sample = Math.floor(i / inner) % samples;
        return 100 * sample + Math.floor(i / (inner * samples)) * inner + (i % inner);
      });
      const ordered = samplesFirst(values, positions, samples);
      const size = positions * inner;
      expect([...ordered]).toEqual(
        Array.from({ length: samples * size }, (_, i) => 100 * Math.floor(i / size) + (i % size))
      );
    })
  );
});

test("an attention's codes of two samples are those of each alone", async () => {
  const path = join(import.meta.dirname, '../data/zoo/vit.onnx');
  const { model, analysis } = await prepareModel(await readModelFile(path, 'vit.onnx', null));
  // The patches and the head have samples first; the sequence has 16 places and the token of the class.
  expect(new Set(analysis.layers.map(({ positionsBefore }) => positionsBefore))).toEqual(new Set([1, 17]));
  const configuration = Configuration.parse({ arithmetic: 'integer' });
  const pictures = zooPictures(0, 32, new Int32Array(2), 10);
  const calibration = new Calibration(model, analysis, pictures, 2, 'pictures');
  await calibration.collect(demandsOf(configuration, analysis), 1, () => {}, new AbortController().signal);
  const { plan } = planQuantization(model, analysis, configuration, calibration);
  const codesOf = async (first: number, count: number) => {
    const codes = new Map<string, number[]>();
    const executor = await integerExecutor(
      { model, analysis, plan },
      await integerKernels(),
      integerSettings(configuration),
      { threads: 1, onLayer: ({ layer }, { output }) => codes.set(layer.name, [...output]) }
    );
    await executor.infer(await pictures.batch(first, count), count);
    await executor.release();
    return codes;
  };
  const [both, one, two] = [await codesOf(0, 2), await codesOf(0, 1), await codesOf(1, 1)];
  for (const { name } of analysis.layers) {
    const alone = [...one.get(name)!, ...two.get(name)!];
    // Float operators between the layers may add in another order for two samples.
    const apart = both.get(name)!.filter((code, i) => Math.abs(code - alone[i]!) > 2).length;
    expect(apart / alone.length, name).toBeLessThan(0.01);
  }
});

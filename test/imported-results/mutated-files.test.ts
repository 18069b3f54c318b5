import fc from 'fast-check';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import { planResults } from '../../src/main/experiments/plan-results.ts';
import { readResults } from '../../src/main/imported-results/index.ts';
import { temporaryFolder } from '../store/notebook-fixture.ts';
import { resultsFile } from './files.ts';

const cases = Number(process.env['FUZZ_CASES'] ?? 200);

/** Reads and plans as an import does. Whatever the bytes are, either runs come out or a refusal with a code. */
async function imported(path: string): Promise<'runs' | string> {
  try {
    const found = await readResults(path, 'file', null);
    const plan = planResults(found, { fileName: 'file', experiment: undefined, uses: {} });
    for (const { metrics, sourceKey, contentHash } of plan.runs) {
      for (const { value } of metrics) expect(Number.isFinite(value)).toBe(true);
      expect(sourceKey).not.toBe('');
      expect(contentHash).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(new Set(plan.runs.map(({ sourceKey }) => sourceKey)).size).toBe(plan.runs.length);
    return 'runs';
  } catch (thrown) {
    if (thrown instanceof BitlabError && thrown.code.startsWith('RESULTS_')) return thrown.code;
    throw thrown;
  }
}

/** Changes of single bytes anywhere, most of them to characters that a text can have, and sometimes a cut. */
function mutations(length: number) {
  const place = fc.noBias(fc.nat(length - 1));
  const byte = fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 32, max: 126 }) }, fc.nat(255));
  return fc.record({
    changes: fc.array(fc.tuple(place, byte), { minLength: 1, maxLength: 6 }),
    cut: fc.option(place, { freq: 4 })
  });
}

test.each(['mlflow-2.db', 'mlflow-0.9.db', 'wandb.csv', 'tensorboard-hparams.csv'])(
  'mutated bytes of %s end in runs or in a refusal',
  async (name) => {
    const original = readFileSync(resultsFile(name));
    const path = join(temporaryFolder(), 'mutated');
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(mutations(original.length), async ({ changes, cut }) => {
        const bytes = Buffer.from(original);
        for (const [place, byte] of changes) bytes[place] = byte;
        writeFileSync(path, cut === null ? bytes : bytes.subarray(0, cut));
        outcomes.add(await imported(path));
      }),
      { numRuns: Math.ceil(cases / 4), seed: 20261125 }
    );
    // The mutations reach beyond the first check: some files still have runs, others do not.
    expect(outcomes.size).toBeGreaterThan(1);
    expect(outcomes).toContain('runs');
  }
);

test('cells of any text come through as they are, or are told of', async () => {
  const path = join(temporaryFolder(), 'cells.csv');
  const cell = fc.string({ unit: 'grapheme', maxLength: 12 });
  const written = (text: string) => `"${text.replaceAll('"', '""')}"`;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 }), async (rows) => {
      const lines = rows.map(([a, b], index) => [String(index), a, b].map(written).join(','));
      writeFileSync(path, ['row,note,accuracy', ...lines].join('\n'));
      const found = await readResults(path, 'cells.csv', null);
      const plan = planResults(found, {
        fileName: 'cells.csv',
        experiment: undefined,
        uses: { accuracy: { as: 'setting' }, note: { as: 'setting' } }
      });
      expect(plan.runs.length).toBe(rows.length);
      for (const [index, [a, b]] of rows.entries()) {
        const { settings } = plan.runs[index]!;
        if (a.trim() !== '') expect([a.trim(), Number(a)]).toContain(settings['note']);
        else expect(settings).not.toHaveProperty('note');
        if (b.trim() !== '') expect([b.trim(), Number(b)]).toContain(settings['accuracy']);
      }
    }),
    { numRuns: 50, seed: 7 }
  );
});

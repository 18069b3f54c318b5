import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import { readNpz } from '../../src/main/datasets/npz.ts';
import { compareWithTorch } from '../../src/main/experiments/conformance.ts';
import { referenceStatisticsKernels } from '../../src/main/kernels/reference/statistics/index.ts';
import type { Tensor } from '../../src/main/numeric/tensor.ts';
import { compiledStatisticsKernels } from '../kernels-statistics/compiled-kernels.ts';

const folder = `${import.meta.dirname}/../data/golden`;
interface Golden {
  torch: string;
  records: Record<string, unknown>[];
}
const golden = (): Golden => JSON.parse(readFileSync(`${folder}/expected.json`, 'utf8')) as Golden;
let tensors: Map<string, Tensor<Float32Array>>;

beforeAll(async () => {
  tensors = (await readNpz(`${folder}/tensors.npz`)) as Map<string, Tensor<Float32Array>>;
});

test.each([
  ['plain', async () => referenceStatisticsKernels],
  ['compiled', compiledStatisticsKernels]
] as const)(
  "all 2,460 of PyTorch 1.13.1's records match bit for bit with %s kernels",
  async (_form, kernels) => {
    const report = compareWithTorch(golden(), tensors, await kernels());
    expect(report).toEqual({ total: 2460, matched: 2460, firstDifference: null });
  }
);

describe('a difference is found in every field', () => {
  test.each([
    ['quant_min', -1],
    ['quant_max', 254],
    ['scale', [0.1]],
    ['zero_point', [3]],
    ['codes_sha256', 'a'.repeat(64)],
    ['values_sha256', 'b'.repeat(64)]
  ])('%s', (field, value) => {
    const { torch, records } = golden();
    const changed = records
      .slice(0, 5)
      .map((record, i) => (i === 3 ? { ...record, [field]: value } : record));
    const { total, matched, firstDifference } = compareWithTorch({ torch, records: changed }, tensors);
    expect([total, matched]).toEqual([5, 4]);
    expect(firstDifference).toMatchObject({ field, expected: String(value) });
    expect(firstDifference!.record).toContain('normal');
    expect(firstDifference!.found).not.toBe(firstDifference!.expected);
  });

  test('one bit of a scale, and one bit of one value', () => {
    const { torch, records } = golden();
    const bits = Float32Array.from(records[0]!['scale'] as number[]);
    new Int32Array(bits.buffer)[0]! += 1;
    const changed = { torch, records: [{ ...records[0], scale: [...bits] }] };
    expect(compareWithTorch(changed, tensors).firstDifference).toMatchObject({ field: 'scale' });

    const data = tensors.get('normal.0')!.data.slice();
    const middle = data.findIndex((value) => value > 0.5 && value < 1);
    data[middle]! += 0.5;
    const other = new Map([['normal.0', { shape: tensors.get('normal.0')!.shape, data }]]);
    const { firstDifference } = compareWithTorch({ torch, records: [records[0]] }, other);
    expect(firstDifference).toMatchObject({ field: 'codes_sha256' });
  });
});

test('records of a later PyTorch are compared with its histogram, which differs', () => {
  const records = golden().records.filter((record) => record['observer'] === 'histogram');
  const later = compareWithTorch({ torch: '2.6.0', records }, tensors);
  expect(later.total).toBe(records.length);
  expect(later.matched).toBeGreaterThan(0);
  expect(later.matched).toBeLessThan(records.length);
});

describe('files that cannot be used', () => {
  const one = () => ({ torch: '1.13.1', records: [golden().records[0]!] });
  const withField = (field: string, value: unknown) => ({
    torch: '1.13.1',
    records: [{ ...golden().records[0], [field]: value }]
  });
  test.each<[string, unknown, string]>([
    ['not an object', [1, 2], 'version'],
    ['null', null, 'version'],
    ['no version', { records: [] }, 'version'],
    ['no records', { torch: '1.13.1', records: [] }, 'no records'],
    ['a record that is no object', { torch: '1.13.1', records: [7] }, 'record 0'],
    ['bits 1', withField('bits', 1), 'bits of record 0'],
    ['an unknown observer', withField('observer', 'entropy'), 'observer'],
    ['a negative axis', withField('axis', -1), 'axis'],
    ['a scale of text', withField('scale', ['1']), 'scale'],
    ['no scale', withField('scale', []), 'scale'],
    ['a hash that is none', withField('codes_sha256', 'abc'), 'codes_sha256'],
    ['a case without tensors', withField('case', 'missing'), 'missing.0'],
    ['an axis that the tensors lack', withField('axis', 4), 'axis 4']
  ])('%s', (_name, json, mentions) => {
    let thrown: unknown;
    try {
      compareWithTorch(json, tensors);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(BitlabError);
    expect((thrown as BitlabError).code).toBe('CONFORMANCE_UNREADABLE');
    expect((thrown as BitlabError).message).toContain(mentions);
  });

  test('an array of another type', () => {
    const doubles = { shape: [2], data: new Float64Array(2) } as unknown as Tensor<Float32Array>;
    expect(() => compareWithTorch(one(), new Map([['normal.0', doubles]]))).toThrow(/float32/);
  });
});

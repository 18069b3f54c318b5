import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import { parseMeasurement } from '../../src/main/datasets/index.ts';

const parsed = (text: string, kind: Parameters<typeof parseMeasurement>[2] = null) =>
  parseMeasurement(text, 'table.csv', kind);

test('a transfer table gives the value of each code', () => {
  expect(parsed('code,value\n0,0\n1,0.3\n2,0.3\n3,1e0\n')).toEqual({
    kind: 'transfer',
    bits: 2,
    values: [0, 0.3, 0.3, 1]
  });
});

test('a noise table gives the deviation at rising values; comments, tabs and a byte order mark are read', () => {
  expect(parsed('\uFEFF# from the lab\nValue\tSigma\n-1\t0.01\n\n0.5\t0\n')).toEqual({
    kind: 'noise',
    values: [-1, 0.5],
    sigmas: [0.01, 0]
  });
});

test('a table of products has no header', () => {
  expect(parsed('0,0,0,0\n0,1,-2,-1\n')).toEqual({
    kind: 'products',
    activationBits: 1,
    weightBits: 2,
    values: [0, 0, 0, 0, 0, 1, -2, -1]
  });
  expect(parsed('0,0\n0,1\n', 'products')).toMatchObject({ activationBits: 1, weightBits: 1 });
});

test.for<[string, string, RegExp]>([
  ['nothing', '# only a comment\n', /^table\.csv cannot be used, line 1: it has no rows\.$/],
  ['a gap', 'code,value\n0,0\n2,1\n', /line 3, column 1: the code 1 is expected and 2 stands there/],
  ['too few codes', 'code,value\n0,0\n1,1\n2,2\n', /line 4: it has 3 codes/],
  ['no codes', 'code,value\n', /line 1: it has 0 codes/],
  ['falling values', 'code,value\n0,0.5\n1,0.25\n', /line 3, column 2: the value falls from 0\.5 to 0\.25/],
  ['one value', 'code,value\n0,1\n1,1\n', /line 3, column 2: every code has the value 1/],
  ['NaN', 'code,value\n0,0\n1,nan\n', /line 3, column 2: nan is no finite number/],
  ['beyond double precision', 'value,sigma\n0,1e999\n1,0\n', /line 2, column 2: 1e999 is no finite number/],
  ['a missing number', 'value,sigma\n0,\n1,0\n', /line 2, column 2: a number is missing/],
  [
    'negative noise',
    'value,sigma\n0,0\n1,-0.1\n',
    /line 3, column 2: the standard deviation -0\.1 is below 0/
  ],
  ['values that do not rise', 'value,sigma\n0,0\n0,0\n', /line 3, column 1: 0 does not rise above 0/],
  ['one row of noise', 'value,sigma\n0,0\n', /line 2: it has 1 rows/],
  ['rows that differ', '0,0,0,0\n0,1\n', /line 2: it has 2 columns and 4 are needed/],
  ['three columns', '0,1,2\n0,1,2\n', /line 1: it has 3 columns/],
  ['three rows', '0,1,2,3\n0,1,2,3\n0,1,2,3\n', /line 3: it has 3 rows/],
  ['two columns without a header', '0,0\n1,1\n', /line 1: two columns without a header/],
  ['words', 'hello,world,a,b\n', /line 1, column 1: hello is no finite number/],
  ['an open quote', 'code,value\n"0,0\n', /line \d/]
])('%s is refused with its place', ([, text, sentence]) => {
  try {
    parsed(text);
    expect.unreachable();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(BitlabError);
    const { code, message, remedy } = thrown as BitlabError;
    expect(code).toBe('MEASUREMENT_INVALID');
    expect(message).toMatch(sentence);
    expect(remedy).toMatch(/^[A-Z].*\.$/);
  }
});

test('a header that contradicts the kind asked for is refused', () => {
  expect(() => parsed('code,value\n0,0\n1,1\n', 'noise')).toThrow(/that of a table of transfer/);
  expect(() => parsed('0,0\n1,1\n', 'transfer')).toThrow(/no header code,value/);
});

test('whatever is written as a transfer table comes back', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }).chain((bits) =>
        fc.uniqueArray(fc.double({ noNaN: true, noDefaultInfinity: true }), {
          minLength: 2 ** bits,
          maxLength: 2 ** bits
        })
      ),
      (unsorted) => {
        const values = unsorted.toSorted((a, b) => a - b);
        const text = ['code;value', ...values.map((value, code) => `${code};${value}`)].join('\r\n');
        expect(parsed(text)).toEqual({
          kind: 'transfer',
          bits: Math.log2(values.length),
          values: values.map((value) => (value === 0 ? expect.closeTo(0) : value))
        });
      }
    ),
    { numRuns: 30 }
  );
});

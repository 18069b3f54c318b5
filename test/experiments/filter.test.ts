import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Run } from '../../src/contract/index.ts';
import { parseFilter } from '../../src/main/experiments/filter.ts';
import type { RunCondition } from '../../src/main/store/index.ts';
import { experimentFile, preparedBench, type Bench } from './notebook-fixture.ts';

const compare = (path: string, operator: string, value: unknown) => ({
  kind: 'compare',
  field: { kind: 'setting', path: path.split('.') },
  operator,
  value
});

test('comparisons of settings, metrics and columns', () => {
  expect(parseFilter('weights.bits <= 4')).toEqual(compare('weights.bits', '<=', 4));
  expect(parseFilter('weights.bits<=4')).toEqual(compare('weights.bits', '<=', 4));
  expect(parseFilter('top1 > .5')).toEqual({
    kind: 'compare',
    field: { kind: 'metric', name: 'top1' },
    operator: '>',
    value: 0.5
  });
  expect(parseFilter('energy = -1e3', ['energy'])).toMatchObject({
    field: { kind: 'metric', name: 'energy' },
    value: -1000
  });
  expect(parseFilter('model = 42')).toMatchObject({ field: { kind: 'column', name: 'model' }, value: '42' });
  expect(parseFilter(`model ~ "a 'b' \\"c\\""`)).toMatchObject({ operator: '~', value: `a 'b' "c"` });
  expect(parseFilter('activations.destinationLevels = auto')).toEqual(
    compare('activations.destinationLevels', '=', 'auto')
  );
  expect(parseFilter('weights.narrow != true')).toEqual(compare('weights.narrow', '!=', true));
  expect(parseFilter('weights.narrow')).toEqual(compare('weights.narrow', '=', true));
  expect(parseFilter('note = "null"')).toMatchObject({ value: 'null' });
  expect(parseFilter('ended = null')).toMatchObject({ value: null });
  expect(parseFilter('layers["conv 1.0"].weights.bits = 8')).toMatchObject({
    field: { path: ['layers', 'conv 1.0', 'weights', 'bits'] }
  });
});

test('not binds before and, and before or; parentheses before all', () => {
  const a = { kind: 'tag', tag: 'a' };
  const b = { kind: 'tag', tag: 'b' };
  const c = { kind: 'tag', tag: 'c d' };
  expect(parseFilter('tag:a or tag:b and not tag:"c d"')).toEqual({
    kind: 'or',
    parts: [a, { kind: 'and', parts: [b, { kind: 'not', part: c }] }]
  });
  expect(parseFilter('(tag:a OR tag:b) AND NOT (tag:"c d")')).toEqual({
    kind: 'and',
    parts: [
      { kind: 'or', parts: [a, b] },
      { kind: 'not', part: c }
    ]
  });
  expect(parseFilter('   ')).toBeNull();
});

const invalid: [string, string, RegExp][] = [
  ['weights.bit <= 4', 'character 1', /did you mean weights\.bits\?/],
  ['top1 >', 'character 7', /value is missing/],
  ['top1 > and', 'character 8', /value is missing/],
  ['top1 > high', 'character 8', /number/],
  ['top1 0.5', 'character 6', /operator/],
  ['model', 'character 6', /operator/],
  ['(top1 > 0.5', 'character 12', /parenthesis/],
  ['top1 > 0.5)', 'character 11', /not \)/],
  ['top1 > 0.5 tag:a', 'character 12', /expected and, or/],
  ['not', 'character 4', /missing/],
  ['= 3', 'character 1', /unexpected =/],
  ['model = "open', 'character 9', /unexpected "/],
  ['tag:', 'character 1', /tag is missing/],
  ['accuracy > 1', 'character 1', /no column, metric or setting/],
  ['baseline = true; drop table runs', 'character 18', /expected and, or/]
];

test.each(invalid)('%s cannot be understood', (text, place, reason) => {
  expect(() => parseFilter(text)).toThrow(
    expect.objectContaining({
      code: 'FILTER_INVALID',
      details: { place, reason: expect.stringMatching(reason) }
    })
  );
});

test('any text is either understood or refused with its place', () => {
  const pieces = fc.constantFrom(
    '(',
    ')',
    'and',
    'or',
    'not',
    'top1',
    'weights.bits',
    '=',
    '<=',
    '4',
    'tag:a',
    '"',
    "'",
    '~',
    ' ',
    '[',
    '.',
    ';',
    'baseline'
  );
  const text = fc.oneof(
    fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(' ')),
    fc.string()
  );
  fc.assert(
    fc.property(text, (filter) => {
      try {
        parseFilter(filter);
      } catch (thrown) {
        expect(thrown).toMatchObject({ code: 'FILTER_INVALID' });
      }
    }),
    { numRuns: 1000 }
  );
});

/** The meaning of a condition, said once more in plain code. */
function holds(condition: RunCondition, run: Run): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.parts.every((part) => holds(part, run));
    case 'or':
      return condition.parts.some((part) => holds(part, run));
    case 'not':
      return !holds(condition.part, run);
    case 'tag':
      return run.tags.includes(condition.tag);
    case 'compare': {
      const { field, operator, value } = condition;
      const actual: unknown =
        field.kind === 'metric'
          ? (run.metrics[field.name] ?? null)
          : field.kind === 'column'
            ? run[field.name as 'model' | 'status' | 'baseline' | 'seed' | 'starred']
            : run.baseline
              ? null
              : field.path.reduce<unknown>(
                  (inner, name) => (inner as Record<string, unknown>)[name],
                  run.configuration
                );
      if (operator === '=') return actual === value;
      if (operator === '!=') return actual !== value;
      if (operator === '~')
        return actual !== null && String(actual).toLowerCase().includes(String(value).toLowerCase());
      if (typeof actual !== typeof value || actual === null || actual === undefined || value === null)
        return false;
      if (operator === '<') return actual < value;
      if (operator === '<=') return actual <= value;
      if (operator === '>') return actual > value;
      return actual >= value;
    }
  }
}

async function variedRuns(): Promise<Bench> {
  const prepared = await preparedBench();
  const { id } = await prepared.call('experiments.run', { file: experimentFile({ seeds: [0, 7] }) });
  await prepared.queue.idle();
  const rows = await prepared.call('runs.list', { experimentId: id });
  await prepared.call('runs.annotate', { id: rows[1]!.id, tags: ['paper', 'a b'], starred: true });
  await prepared.call('experiments.run', {
    file: experimentFile({
      name: 'Float bias',
      fixed: { arithmetic: 'simulated', bias: 'float' },
      models: ['net-b']
    })
  });
  await prepared.queue.cancel((await prepared.call('experiments.list', {}))[0]!.id);
  return prepared;
}

test('SQL selects what the condition means', async () => {
  const { call } = await variedRuns();
  const rows = await call('runs.list', {});
  expect(new Set(rows.map((row) => row.status))).toEqual(new Set(['finished', 'cancelled']));

  const operator = fc.constantFrom('=', '!=', '<', '<=', '>', '>=');
  const top1s = rows.flatMap((row) => row.top1?.value ?? []);
  const leaf = fc.oneof(
    fc.tuple(
      fc.constantFrom('weights.bits', 'activations.bits', 'seed'),
      operator,
      fc.constantFrom(0, 2, 4, 7, 8)
    ),
    fc.tuple(fc.constant('top1'), operator, fc.constantFrom(0.5, ...top1s)),
    fc.tuple(
      fc.constantFrom('model', 'status', 'bias'),
      fc.constantFrom('=', '!=', '~', '<', '>='),
      fc.constantFrom('net-a', 'NET', 'finished', 'cancelled', 'float', 'int32')
    )
  );
  const text: fc.Arbitrary<string> = fc.letrec<{ filter: string }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3 },
      leaf.map((parts) => parts.join(' ')),
      fc.constantFrom('baseline', 'starred', 'tag:paper', 'tag:"a b"', 'tag:none', 'top1 = null'),
      tie('filter').map((inner) => `not (${inner})`),
      fc
        .tuple(tie('filter'), fc.constantFrom('and', 'or'), tie('filter'))
        .map(([a, word, b]) => `(${a}) ${word} (${b})`)
    )
  })).filter;
  await fc.assert(
    fc.asyncProperty(text, async (where) => {
      const expected = rows.filter((row) => holds(parseFilter(where)!, row)).map((row) => row.id);
      expect((await call('runs.list', { where })).map((row) => row.id)).toEqual(expected);
    }),
    { numRuns: 200 }
  );
});

test('a filter that cannot be understood selects nothing and says why', async () => {
  const { call } = await preparedBench();
  await expect(call('runs.list', { where: 'modell = x' })).rejects.toMatchObject({
    code: 'FILTER_INVALID',
    details: { reason: expect.stringContaining('did you mean model?') }
  });
  await expect(call('runs.list', { experimentId: 'none' })).rejects.toMatchObject({
    code: 'EXPERIMENT_NOT_FOUND'
  });
});

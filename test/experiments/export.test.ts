import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csv } from '../../src/main/experiments/exports/exported-table.ts';
import { readCsv } from './csv-reader.ts';
import { experimentFile, preparedBench } from './notebook-fixture.ts';

async function finished() {
  const prepared = await preparedBench();
  const { id } = await prepared.call('experiments.run', { file: experimentFile() });
  await prepared.queue.idle();
  const records = async (input: { shape?: 'tidy' | 'wide'; experimentId?: string; where?: string }) => {
    const file = await prepared.call('exports.runs', { format: 'csv', ...input });
    const [columns, ...rows] = readCsv(file.text);
    const values = rows.map((row) => Object.fromEntries(columns!.map((column, i) => [column, row[i]!])));
    return { file, columns: columns!, rows: values };
  };
  return { ...prepared, id, records };
}

test('tidy: one row for each run and metric, with factors, interval and full precision', async () => {
  const { call, id, records } = await finished();
  const { file, columns, rows } = await records({ experimentId: id });
  expect(file).toMatchObject({ fileName: 'few-bits-tidy.csv', mediaType: 'text/csv' });
  expect(columns).toEqual([
    'run_id',
    'configuration_hash',
    'experiment',
    'model',
    'dataset',
    'samples',
    'baseline',
    'arithmetic',
    'weights.bits',
    'activations.bits',
    'seed',
    'status',
    'metric',
    'value',
    'unit',
    'low',
    'high',
    'n'
  ]);
  const { runs } = await call('experiments.get', { id });
  expect(rows).toHaveLength(16);
  for (const run of runs) {
    const [row] = rows.filter((each) => each['run_id'] === run.id && each['metric'] === 'top1');
    expect(row).toMatchObject({
      configuration_hash: run.configurationHash,
      experiment: 'Few bits',
      model: run.model,
      baseline: String(run.baseline),
      'weights.bits': run.baseline ? '' : String(run.configuration.weights.bits)
    });
    expect(['value', 'low', 'high', 'n'].map((column) => Number(row![column]))).toEqual([
      run.top1!.value,
      run.top1!.low,
      run.top1!.high,
      200
    ]);
  }
  expect(rows.find((row) => row['metric'] === 'bops')).toMatchObject({ low: '', high: '', n: '' });
});

test('wide: one row for each run, a column for each metric', async () => {
  const { id, records } = await finished();
  const { columns, rows } = await records({ experimentId: id, shape: 'wide', where: 'weights.bits = 4' });
  expect(columns.slice(-5)).toEqual([
    'bops [bit operations]',
    'top1 [1]',
    'top1_low [1]',
    'top1_high [1]',
    'duration_seconds [s]'
  ]);
  expect(
    rows.map((row) => [
      row['model'],
      row['weights.bits'],
      row['bops [bit operations]'],
      row['duration_seconds [s]']
    ])
  ).toEqual([
    ['net-a', '4', '16', '0.5'],
    ['net-b', '4', '16', '0.5']
  ]);
});

test('without an experiment, the settings that differ stand in for the factors', async () => {
  const { call, records } = await finished();
  const { columns, rows, file } = await records({});
  expect(file.fileName).toBe('runs-tidy.csv');
  expect(columns.slice(7, 11)).toEqual(['arithmetic', 'activations.bits', 'weights.bits', 'seed']);
  expect(rows).toHaveLength(16);
  const json = await call('exports.runs', { format: 'json', shape: 'wide' });
  expect(json).toMatchObject({ fileName: 'runs-wide.json', mediaType: 'application/json' });
  const objects = JSON.parse(json.text) as Record<string, unknown>[];
  expect(objects).toHaveLength(8);
  expect(objects[1]).toMatchObject({ model: 'net-a', baseline: false, 'weights.bits': 8, seed: 0, bops: 64 });
});

test('a run that has no metrics yet still has its row', async () => {
  const { call, computer, queue, records } = await finished();
  computer.before = () => Promise.reject(new Error('broken'));
  const { id } = await call('experiments.run', {
    file: experimentFile({ name: 'Broken', seeds: [9], baseline: false })
  });
  await queue.idle();
  const { rows } = await records({ experimentId: id });
  expect(rows.map((row) => [row['status'], row['metric'], row['value']])).toEqual(
    Array(6).fill(['failed', '', ''])
  );
});

test('names that look like formulas are text; numbers stay numbers', () => {
  const columns = ['name', 'value'];
  const rows = [
    { name: '=HYPERLINK("http://x")', value: -3.5 },
    { name: '-1+1', value: 1e-7 },
    { name: 'plain, "quoted"', value: 0.1 + 0.2 },
    { name: '@x', value: null }
  ];
  expect(csv({ columns, rows })).toBe(
    'name,value\r\n"\'=HYPERLINK(""http://x"")",-3.5\r\n\'-1+1,1e-7\r\n"plain, ""quoted""",0.30000000000000004\r\n\'@x,\r\n'
  );
});

test('what is written is what a reader reads', () => {
  const cell = fc.oneof(
    fc.string(),
    fc.constantFrom('a,b', 'a"b', 'a\r\nb', '\n', ' x ', ''),
    fc.double({ noNaN: true }),
    fc.boolean(),
    fc.constant(null)
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 }), (table) => {
      const rows = table.map(([a, b, c]) => ({ a, b, c }));
      const [header, ...read] = readCsv(csv({ columns: ['a', 'b', 'c'], rows }));
      expect(header).toEqual(['a', 'b', 'c']);
      const expected = table.map((row) =>
        row.map((value) => {
          const text = value === null ? '' : String(value);
          return typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
        })
      );
      expect(read).toEqual(expected);
      for (const [i, row] of table.entries()) {
        for (const [j, value] of row.entries()) {
          if (typeof value === 'number') expect(Number(read[i]![j])).toBe(value === 0 ? 0 : value);
        }
      }
    })
  );
});

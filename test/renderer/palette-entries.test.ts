import { expect, test } from 'vitest';
import { droppedKinds, fileEndings } from '../../src/contract/index.ts';
import {
  addressEntry,
  commandEntries,
  foundEntries,
  runFilter,
  type PaletteEntry
} from '../../src/renderer/shell/palette-entries.ts';
import { keyCaps, keyName } from '../../src/renderer/state/commands.svelte.ts';
import { sortFiles } from '../../src/renderer/state/sort-files.ts';
import { lookQuery, queriedLook } from '../../src/renderer/views/runs/look-address.ts';
import { parseFilter } from '../../src/main/experiments/filter.ts';

const entry = (key: string, title: string, words = ''): PaletteEntry => ({
  key,
  title,
  kind: '',
  words,
  href: null,
  command: null
});
const entries = [
  entry('a', 'Go to Runs'),
  entry('b', 'Go to Models'),
  entry('c', 'Back up the notebook', 'archive')
];
const titles = (text: string, recent: readonly string[] = []) =>
  foundEntries(
    entries,
    text,
    recent.map((key) => ({ key, title: '', kind: '', href: null }))
  ).map((found) => found.entry.title);

test('what was used lately comes first, and counts among equals', () => {
  expect(titles('')).toEqual(['Go to Runs', 'Go to Models', 'Back up the notebook']);
  expect(titles('', ['c', 'b'])).toEqual(['Back up the notebook', 'Go to Models', 'Go to Runs']);
  expect(titles('go to')).toEqual(['Go to Runs', 'Go to Models']);
  expect(titles('go to', ['b'])).toEqual(['Go to Models', 'Go to Runs']);
});

test('a better match is not beaten by habit, and other words find a command too', () => {
  expect(titles('runs', ['b', 'c'])[0]).toBe('Go to Runs');
  expect(titles('archive')).toEqual(['Back up the notebook']);
  expect(titles('xyzzy')).toEqual([]);
});

test('commands for keys alone are not listed', () => {
  const run = () => {};
  const listed = commandEntries([
    { id: 'one', title: 'One', run },
    { id: 'two', title: 'Two', keys: ['2'], keysOnly: true, run }
  ]);
  expect(listed.map(({ key }) => key)).toEqual(['command:one']);
});

test.each([
  ['m', null],
  ['of bits', null],
  ['mse', '(model ~ mse or id ~ mse or tag:mse)'],
  [
    'MSE, 4 bits',
    '(model ~ mse or id ~ mse or tag:mse) and (model ~ 4 or id ~ 4 or tag:4 or weights.bits = 4)'
  ],
  ['a"b', '(model ~ "a\\"b" or id ~ "a\\"b" or tag:"a\\"b")']
])('%s selects runs by a filter that the notebook reads', (text, filter) => {
  expect(runFilter(text)).toBe(filter);
  if (filter !== null) expect(parseFilter(filter)).not.toBeNull();
});

test('a link that was copied is an entry', () => {
  expect(addressEntry('http://127.0.0.1:4711/#/runs/run_1?tab=layers')?.href).toBe('#/runs/run_1?tab=layers');
  expect(addressEntry('#/models')?.href).toBe('#/models');
  expect(addressEntry('#/nowhere')).toBeNull();
  expect(addressEntry('runs')).toBeNull();
});

test('keys are named as commands write them, and printed as keyboards do', () => {
  const event = (key: string, more: object = {}) =>
    keyName({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more });
  expect(event('g')).toBe('g');
  expect(event('?', { shiftKey: true })).toBe('?');
  expect(event('K', { ctrlKey: true })).toBe('Mod+k');
  expect(event('Z', { metaKey: true, shiftKey: true })).toBe('Mod+Shift+z');
  expect(event('+', { ctrlKey: true, shiftKey: true })).toBe('Mod++');
  expect(keyCaps('Mod+Shift+z', false)).toEqual(['Ctrl', 'Shift', 'Z']);
  expect(keyCaps('Mod+k', true)).toEqual(['⌘', 'K']);
  expect(keyCaps('Mod++', false)).toEqual(['Ctrl', 'Plus']);
  expect(keyCaps('?', false)).toEqual(['?']);
});

test('dropped files are sorted by their endings, and one sentence names the others', () => {
  const named = (...names: string[]) => names.map((name) => ({ name }));
  const { files, problem } = sortFiles(
    named(
      'a.ONNX',
      'notes.txt',
      'b.npz',
      'c.csv',
      'd.yaml',
      'f.xyz',
      'e.onnx',
      'train-images-idx3-ubyte',
      'x.pdf',
      'y.doc'
    )
  );
  const names = (kind: keyof typeof files) => files[kind].map(({ name }) => name);
  expect(names('model')).toEqual(['a.ONNX', 'e.onnx']);
  expect([names('dataset'), names('measurement'), names('experiment')]).toEqual([
    ['b.npz', 'train-images-idx3-ubyte'],
    ['c.csv'],
    ['d.yaml']
  ]);
  expect(problem?.message).toBe('Nothing imports notes.txt, f.xyz, x.pdf and 1 more.');
  for (const ending of droppedKinds.flatMap((kind) => fileEndings[kind]))
    expect(problem?.remedy).toContain(ending);
  expect(sortFiles(named('a.onnx')).problem).toBeNull();
});

test('an address says how runs are looked at, and is read back', () => {
  const look = {
    where: 'model ~ mse and top1 > 0.9',
    trash: false,
    columns: ['model', 'weights.bits'],
    by: ['model', 'weights.bits'],
    sort: [
      { key: 'top1', direction: 'descending' },
      { key: 'model', direction: 'ascending' }
    ]
  } as const;
  const query = lookQuery(look);
  expect(query['sort']).toBe('-top1,model');
  expect(queriedLook(query)).toEqual(look);
  const usual = { where: '', trash: false, columns: null, by: null, sort: [] };
  expect(lookQuery(usual)).toEqual({});
  expect(queriedLook({})).toEqual(usual);
  expect(queriedLook(lookQuery({ ...usual, trash: true, by: 'all-but-seed' }))).toEqual({
    ...usual,
    trash: true,
    by: 'all-but-seed'
  });
});

import { describe, expect, test } from 'vitest';
import { preprocessingPresetNames, preprocessingPresets } from '../../src/contract/index.ts';
import { datasetNameFrom, importGroups } from '../../src/renderer/state/import-groups.ts';
import { parseNumber, parseNumbers } from '../../src/renderer/components/number-list.ts';
import { parseClassNames } from '../../src/renderer/views/data/class-names.ts';
import {
  describePreprocessing,
  preprocessingOf,
  preprocessingProblems,
  presetOf,
  presets
} from '../../src/renderer/views/data/preprocessing-text.ts';
import { parseTagLines, tagLines } from '../../src/renderer/views/models/tag-text.ts';

describe('numbers as they are typed', () => {
  test.each([
    ['1/255', 1 / 255],
    [' 0.5 ', 0.5],
    ['1e-3', 0.001],
    ['-2', -2],
    ['1/0', null],
    ['0/0', null],
    ['1/2/3', null],
    ['/2', null],
    ['', null],
    ['one', null]
  ])('%j is %j', (text, value) => expect(parseNumber(text)).toBe(value));

  test('lists are parted by commas, semicolons, blanks or lines', () => {
    expect(parseNumbers('0.485, 0.456;0.406\n1/2')).toEqual([0.485, 0.456, 0.406, 0.5]);
    expect(parseNumbers('1, x')).toBeNull();
    expect(parseNumbers(' , ')).toBeNull();
  });
});

describe('preprocessing', () => {
  test('presets mean what they say', () => {
    expect(preprocessingOf(presets.none)).toEqual({ scale: 1, mean: [0], std: [1] });
    expect(preprocessingOf(presets.unit)).toEqual({ scale: 1 / 255, mean: [0], std: [1] });
    expect(preprocessingOf(presets.imagenet)).toEqual({
      channels: 'rgb',
      resize: { size: 256, filter: 'bilinear' },
      centreCrop: 224,
      scale: 1 / 255,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225]
    });
  });

  test('what was typed is recognised as a preset, or is custom', () => {
    expect(presetOf(presets.unit)).toBe('unit');
    expect(presetOf({ ...presets.unit, mean: '0.5' })).toBe('custom');
  });

  test('problems are told for each field', () => {
    expect(preprocessingProblems(presets.imagenet)).toEqual({});
    const wrong = { resize: '0', crop: '1 x 2 x 3', scale: '0', mean: '', std: '1, 0' };
    const problems = preprocessingProblems({ ...presets.imagenet, ...wrong });
    expect(Object.keys(problems)).toEqual(['resize', 'crop', 'scale', 'mean', 'std']);
  });

  test('every preset is found again, and sizes are one number or two', () => {
    for (const name of preprocessingPresetNames) {
      expect(presetOf(presets[name])).toBe(name);
      expect(preprocessingOf(presets[name])).toEqual(preprocessingPresets[name].preprocessing);
    }
    const typed = {
      ...presets.none,
      channels: 'bgr',
      resize: '32 x 40',
      filter: 'bicubic',
      crop: ' 8'
    } as const;
    expect(preprocessingOf(typed)).toMatchObject({
      channels: 'bgr',
      resize: { size: [32, 40], filter: 'bicubic' },
      centreCrop: 8
    });
    expect(describePreprocessing(preprocessingOf(typed))).toBe(
      'bgr, resized to 32 x 40 (bicubic), cropped to 8'
    );
  });

  test('a description in a line', () => {
    expect(describePreprocessing(preprocessingOf(presets.none))).toBe('none');
    expect(describePreprocessing(preprocessingOf(presets.unit))).toBe('x · 1/255');
    expect(describePreprocessing({ scale: 0.7, mean: [0.5], std: [2, 3] })).toBe(
      'x · 0.7, minus 0.5, divided by (2, 3)'
    );
    expect(describePreprocessing({ scale: 1, mean: [128], std: [1] })).toBe('x, minus 128');
  });
});

test('class names come on lines, which may hold commas, or in one line with commas', () => {
  expect(parseClassNames('cat, dog ,, ')).toEqual(['cat', 'dog']);
  expect(parseClassNames('cat\ndog, small\n')).toEqual(['cat', 'dog, small']);
  expect(parseClassNames('')).toEqual([]);
});

test('tags come on lines', () => {
  expect(parseTagLines('loss = mse\nchecked\n =x\nnote=a=b')).toEqual({
    loss: 'mse',
    checked: '',
    note: 'a=b'
  });
  expect(parseTagLines(tagLines({ loss: 'mse', checked: '' }))).toEqual({ loss: 'mse', checked: '' });
});

test('archives are data sets of their own, other files together are one, named by what they share', () => {
  const named = (...names: string[]) => names.map((fileName) => ({ fileName }));
  const names = ['a.npz', 'x.npy', 'b.ZIP', 'y.npy'];
  expect(importGroups(named(...names)).map((group) => group.map(({ fileName }) => fileName))).toEqual([
    ['a.npz'],
    ['b.ZIP'],
    ['x.npy', 'y.npy']
  ]);
  expect(importGroups([])).toEqual([]);
  expect(datasetNameFrom(named('t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'))).toBe('t10k');
  expect(datasetNameFrom(named('birds/a/1.png', 'birds/b/2.png'))).toBe('birds');
  expect(datasetNameFrom(named('calib.npz'))).toBe('calib');
});

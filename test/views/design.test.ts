import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Configuration, ExperimentFile } from '../../src/contract/index.ts';
import { bitWidths, withBitWidths } from '../../src/renderer/views/design/bit-widths.ts';
import {
  fixedValue,
  missingParts,
  newDesign,
  withFactor,
  withFixed,
  withoutFactor
} from '../../src/renderer/views/design/design-file.ts';
import {
  endsAtEightBits,
  isPrepared,
  withEndsAtEightBits,
  withPreparation
} from '../../src/renderer/views/design/network-settings.ts';
import { nextName } from '../../src/renderer/views/design/next-name.ts';
import { parsedSeeds } from '../../src/renderer/views/design/parsed-seeds.ts';
import { firstLevels } from '../../src/renderer/views/design/first-levels.ts';
import { preparations, settings, wordsOf } from '../../src/renderer/views/design/setting-catalogue.ts';
import {
  found,
  groupsAbove,
  settingTree,
  visibleNodes,
  type TreeNode
} from '../../src/renderer/views/design/setting-tree.ts';
import { settingName } from '../../src/renderer/figures/setting-names.ts';
import { aboutWord, settingNamed } from '../../src/renderer/figures/setting-docs.ts';
import { levelsText, readLevels } from '../../src/renderer/views/design/level-text.ts';
import {
  axesOf,
  combinations,
  crossed,
  rowsOf,
  zipped
} from '../../src/renderer/views/design/design-axes.ts';
import { problemOfPart, problemOfSetting } from '../../src/renderer/views/design/file-problems.ts';
import { withSetting } from '../../src/renderer/views/design/with-setting.ts';

const design = newDesign('test', 'calib');

describe('a new design', () => {
  test('lacks a name and models, and is a valid file with them', () => {
    expect(missingParts(design)).toEqual(['Give the experiment a name.', 'Choose at least one model.']);
    const complete = { ...design, name: 'Trial', models: ['a'] };
    expect(missingParts(complete)).toEqual([]);
    expect(ExperimentFile.parse(complete)).toEqual(complete);
  });

  test('varies both bit widths together from 8 to 2', () => {
    expect(bitWidths(design)).toMatchObject({ mode: 'together', weights: [8, 7, 6, 5, 4, 3, 2] });
  });
});

describe('settings', () => {
  test('every level that a setting begins with is valid, the usual one among them, and each has a name', () => {
    const crosstalk = { accelerator: { crosstalk: { spacingNm: 1, qualityFactor: 9000 } } };
    for (const { path, usual, forms } of settings) {
      expect(settingName(path), path).not.toBe(path);
      const isNamed = forms.some(({ kind }) => kind === 'text');
      const levels = firstLevels(path, fixedValue(design, path), isNamed ? ['a table'] : []);
      for (const level of levels) {
        if (path === 'accelerator.crosstalk' && level !== null) continue;
        const required = /crosstalk\.(spacingNm|qualityFactor)$/.test(path);
        if (path === 'weights.levels' || path === 'activations.levels' || required) continue;
        const base = path.startsWith('accelerator.crosstalk.') ? crosstalk : {};
        expect(
          () => Configuration.parse(withSetting<unknown>(base, path, level)),
          `${path} ${String(level)}`
        ).not.toThrow();
      }
      if (usual !== undefined && !isNamed) expect(levels, path).toContainEqual(usual);
    }
  });

  test('the tree has every setting once, under groups, and finds by name, path and description', () => {
    const tree = settingTree(['layer1.0.conv1']);
    const keys = (nodes: readonly TreeNode[]): string[] =>
      nodes.flatMap(({ key, setting, children }) => [...(setting === null ? [] : [key]), ...keys(children)]);
    const all = keys(tree).filter((key) => !key.startsWith('layers'));
    expect(all.toSorted()).toEqual(
      settings
        .map(({ path }) => path)
        .filter((path) => path !== 'accelerator')
        .toSorted()
    );
    expect(new Set(all).size).toBe(all.length);
    expect(keys(tree)).toContain('layers["layer1.0.conv1"].weights.bits');
    expect(keys(tree)).toContain('layers.input.activations.bits');
    expect(keys(tree)).not.toContain('layers.input.weights.bits');
    expect(keys(found(tree, 'observer'))).toContain('activations.observer');
    expect(keys(found(tree, 'brecq')).toSorted()).toEqual(
      ['activations.exponent', 'activations.observer', 'weights.exponent', 'weights.range'].toSorted()
    );
    expect(keys(found(tree, 'conv1 adaround')).every((key) => key.startsWith('layers["layer1.0'))).toBe(true);
    expect(keys(found(tree, 'conv1 adaround'))).toContain('layers["layer1.0.conv1"].weights.rounding');
    expect(found(tree, 'no such words')).toEqual([]);
    expect(groupsAbove(tree, 'accelerator.adc.bits')).toEqual(['accelerator', 'accelerator.adc']);
    const open = visibleNodes(tree, (key) => key === 'weights');
    expect(open.filter(({ parent }) => parent === 'weights').map(({ level }) => level)).toEqual(
      Array(tree.find(({ key }) => key === 'weights')!.children.length).fill(2)
    );
  });

  test('every method has a sentence with its name, and its source', () => {
    const methods = [
      'weights.granularity',
      'weights.grid',
      'weights.rounding',
      'weights.range',
      'activations.grid',
      'activations.observer',
      'requantization'
    ];
    for (const path of methods) {
      const setting = settings.find((each) => each.path === path)!;
      const about = setting.description;
      for (const choice of wordsOf(setting)) expect(about, path).toContain(`\`${String(choice)}\``);
      expect(about, path).toMatch(/\((?:[^()]*, )*(?:[A-Z][\w-]*,? )*20\d\d\)/);
    }
    for (const { about } of preparations)
      expect(about).toMatch(/^(Before calibration|After rounding), .*Nagel et al., ICCV 2019/);
    expect(aboutWord('weights.rounding', 'nearest')).toBe('To the nearest, ties to even.');
    expect(aboutWord('weights.rounding', 'none')).toBe('');
  });

  test('the usual value leaves no trace in the file, another one does', () => {
    const changed = withFixed(design, 'activations.observer', 'mse');
    expect(changed.fixed).toEqual({ activations: { observer: 'mse' } });
    expect(fixedValue(changed, 'activations.observer')).toBe('mse');
    expect(withFixed(changed, 'activations.observer', 'histogram').fixed).toEqual({});
  });

  test('removing a nested value keeps its neighbours', () => {
    expect(withSetting({ weights: { range: 'mse', narrow: true } }, 'weights.range', undefined)).toEqual({
      weights: { narrow: true }
    });
  });

  test('a factor is no fixed setting at the same time, and leaves its zip when it goes', () => {
    const fixed = withFixed(design, 'weights.range', 'mse');
    const varied = withFactor(fixed, 'weights.range', ['minmax', 'mse']);
    expect(varied.fixed).toEqual({});
    expect(varied.factors['weights.range']).toEqual(['minmax', 'mse']);
    const gone = withoutFactor(varied, 'weights.bits');
    expect(gone.zip).toEqual([]);
    expect(gone.factors).not.toHaveProperty(['weights.bits']);
  });
});

describe('bit widths', () => {
  test('crossed widths are two factors without a zip', () => {
    const crossed = withBitWidths(design, { mode: 'every', weights: [4, 8], activations: [8] });
    expect(crossed.factors).toEqual({ 'weights.bits': [8, 4] });
    expect(crossed.fixed).toEqual({});
    expect(crossed.zip).toEqual([]);
    expect(bitWidths(crossed)).toEqual({ mode: 'every', weights: [8, 4], activations: [8] });
  });

  test('a single width is a fixed setting', () => {
    const four = withBitWidths(design, { mode: 'together', weights: [4], activations: [] });
    expect(four.factors).toEqual({});
    expect(four.fixed).toEqual({ weights: { bits: 4 }, activations: { bits: 4 } });
    expect(bitWidths(four)).toEqual({ mode: 'together', weights: [4], activations: [4] });
  });

  test('pairs that differ, and zips with other settings, are left to the file', () => {
    const pairs: ExperimentFile = {
      ...design,
      factors: { 'weights.bits': [4, 3], 'activations.bits': [8, 8] },
      zip: [['weights.bits', 'activations.bits']]
    };
    expect(bitWidths(pairs).mode).toBe('file');
    const other = {
      ...design,
      factors: {
        ...design.factors,
        'activations.observer': ['minmax', 'mse', 'minmax', 'mse', 'minmax', 'mse', 'mse']
      },
      zip: [['weights.bits', 'activations.bits', 'activations.observer']]
    };
    expect(bitWidths(other).mode).toBe('file');
  });

  test('what is written is read back, whatever the widths', () => {
    const width = fc.integer({ min: 2, max: 16 });
    const list = fc
      .uniqueArray(width, { minLength: 1, maxLength: 8 })
      .map((bits) => bits.sort((a, b) => b - a));
    fc.assert(
      fc.property(
        list,
        list,
        fc.constantFrom('together' as const, 'every' as const),
        (weights, activations, mode) => {
          const read = bitWidths(withBitWidths(design, { mode, weights, activations }));
          expect(read.weights).toEqual(weights);
          expect(read.activations).toEqual(mode === 'together' ? weights : activations);
        }
      )
    );
  });
});

test('a taken name is counted up', () => {
  expect(nextName('Losses')).toBe('Losses 2');
  expect(nextName('Losses 9')).toBe('Losses 10');
  expect(nextName('2')).toBe('2 2');
});

test('seeds are whole numbers of 32 bits, each once', () => {
  expect(parsedSeeds('0, 1,1; 4294967295')).toEqual([0, 1, 4294967295]);
  for (const text of ['', '1.5', '-1', 'a', '4294967296']) expect(parsedSeeds(text), text).toBeNull();
});

test('first and last layer at 8 bits is one switch, which leaves other overrides alone', () => {
  const file = { ...newDesign('test', null), fixed: { layers: { first: { weights: { range: 'mse' } } } } };
  expect(endsAtEightBits(file)).toBe(false);
  const on = withEndsAtEightBits(file, true);
  expect(endsAtEightBits(on)).toBe(true);
  expect(on.fixed).toEqual({
    layers: {
      first: { weights: { range: 'mse', bits: 8 } },
      input: { activations: { bits: 8 } },
      last: { weights: { bits: 8 } }
    }
  });
  expect(withEndsAtEightBits(on, false)).toEqual(file);
});

test('preparations are listed in the order in which they are done, and not at all where there are none', () => {
  const order = ['cross-layer-equalization', 'bias-correction'];
  const both = order
    .toReversed()
    .reduce((file, each) => withPreparation(file, each, true, order), newDesign('test', null));
  expect(both.fixed).toEqual({ prepare: ['fold-batch-norm', ...order] });
  expect(isPrepared(both, 'bias-correction')).toBe(true);
  const none = order.reduce((file, each) => withPreparation(file, each, false, order), both);
  expect(none.fixed).toEqual({});
});

describe('levels as text', () => {
  const formsOf = (path: string) => settingNamed(path)!.forms;
  const levels = (path: string, text: string) => {
    const read = readLevels(text, formsOf(path));
    return 'levels' in read ? read.levels : read.problem;
  };

  test('numbers, ranges, words, names, lists and objects', () => {
    expect(levels('weights.bits', '8..2')).toEqual([8, 7, 6, 5, 4, 3, 2]);
    expect(levels('weights.bits', '2..4; 8, 16')).toEqual([2, 3, 4, 8, 16]);
    expect(levels('accelerator.noise.output', '0..0.1 by 0.02')).toEqual([0, 0.02, 0.04, 0.06, 0.08, 0.1]);
    expect(levels('accelerator.link.laserPowerDbm', '-3..-1')).toEqual([-3, -2, -1]);
    expect(levels('accelerator.link.darkCurrentAmpere', '3.5e-8, 1e-9')).toEqual([3.5e-8, 1e-9]);
    expect(levels('accelerator.adc.bits', 'ideal, 8')).toEqual(['ideal', 8]);
    expect(levels('accelerator.slicing.weights', 'none, 4')).toEqual([null, 4]);
    expect(levels('weights.narrow', 'no, yes')).toEqual([false, true]);
    expect(levels('bias', 'int32, {bits: 12}')).toEqual(['int32', { bits: 12 }]);
    expect(levels('accelerator.link.noises', 'shot + thermal, shot')).toEqual([
      ['shot', 'thermal'],
      ['shot']
    ]);
    expect(levels('accelerator.adc.transfer', 'none, my table')).toEqual([null, 'my table']);
  });

  test('what is wrong is said', () => {
    expect(levels('weights.bits', '8, 17')).toBe('17 is too large: 16 or less.');
    expect(levels('weights.bits', '1..4')).toBe('1 is too small: 2 or more.');
    expect(levels('weights.bits', '3.5')).toBe('3.5 is no whole number.');
    expect(levels('weights.percentile', '50')).toBe('50 is too small: above 50.');
    expect(levels('weights.range', 'mean')).toMatch(/^“mean” is none of minmax, /);
    expect(levels('weights.bits', ' , ')).toBe('At least one level is needed.');
    expect(levels('accelerator.noise.output', '0..1 by 0.0001')).toContain('more than 200 levels');
  });

  test('what is written is read back', () => {
    for (const { path, forms } of settings) {
      if (forms.some(({ kind }) => kind === 'group')) continue;
      const written = firstLevels(path, fixedValue(design, path));
      if (written.includes(null) && !forms.some((form) => form.kind === 'word' && form.value === null))
        continue;
      expect(levels(path, levelsText(written)), path).toEqual(written);
    }
  });
});

describe('axes', () => {
  const three = withFactor(withFactor(design, 'weights.range', ['minmax', 'mse']), 'activations.observer', [
    'mse',
    'minmax',
    'entropy'
  ]);

  test('what is zipped is one axis, all axes are crossed', () => {
    expect(axesOf(three).map(({ paths, length }) => [paths.length, length])).toEqual([
      [2, 7],
      [1, 2],
      [1, 3]
    ]);
    expect(combinations(axesOf(three))).toBe(42);
    expect(combinations(axesOf({ ...design, factors: {}, zip: [] }))).toBe(1);
  });

  test('a factor is zipped with another and crossed again', () => {
    const both = zipped(three, 'activations.observer', 'weights.range');
    expect(both.zip).toEqual([
      ['weights.bits', 'activations.bits'],
      ['weights.range', 'activations.observer']
    ]);
    const [, axis] = axesOf(both);
    expect(axis).toEqual({ paths: ['weights.range', 'activations.observer'], length: 3, even: false });
    expect(rowsOf(both, axis!)).toEqual([
      ['minmax', 'mse'],
      ['mse', 'minmax'],
      [undefined, 'entropy']
    ]);
    const all = zipped(both, 'weights.range', 'weights.bits');
    expect(all.zip).toEqual([['weights.bits', 'activations.bits', 'weights.range', 'activations.observer']]);
    expect(crossed(all, 'weights.bits').zip).toEqual([
      ['activations.bits', 'weights.range', 'activations.observer']
    ]);
    expect(crossed(both, 'weights.range').zip).toEqual(design.zip);
  });
});

test('a problem is found at its field', () => {
  const problem = (path: (string | number)[], sentence: string) => ({
    path,
    line: 3,
    report: { code: 'CONFIGURATION_INVALID' as const, sentence, remedy: '', details: {} }
  });
  const problems = [
    problem(['fixed', 'weights', 'range'], 'fixed.weights.range (line 3) is wrong.'),
    problem(['factors', 'activations.observer', 1], 'activations.observer is wrong.'),
    problem(['fixed', 'layers', 'layer1.0', 'weights', 'bits'], 'A layer.'),
    problem(['fixed', 'prepare', 0], 'A preparation.'),
    problem(['seeds', 2], 'A seed.')
  ];
  expect(problemOfSetting(problems, 'weights.range')).toBe('fixed.weights.range is wrong.');
  expect(problemOfSetting(problems, 'activations.observer')).toBe('activations.observer is wrong.');
  expect(problemOfSetting(problems, 'layers["layer1.0"].weights.bits')).toBe('A layer.');
  expect(problemOfSetting(problems, 'prepare')).toBe('A preparation.');
  expect(problemOfSetting(problems, 'weights.bits')).toBeUndefined();
  expect(problemOfPart(problems, 'seeds')).toBe('A seed.');
  expect(problemOfPart(problems, 'data.evaluate')).toBeUndefined();
});

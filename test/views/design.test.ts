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
import { preparations, settings } from '../../src/renderer/views/design/setting-catalogue.ts';
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
  test('every choice that the designer offers is valid, and the first is the default', () => {
    for (const { path, choices } of settings) {
      for (const choice of choices) {
        expect(() => Configuration.parse(withSetting({}, path, choice)), `${path} ${choice}`).not.toThrow();
      }
      expect(fixedValue(design, path), path).toBe(choices[0]);
    }
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
      const { choices, about } = settings.find((setting) => setting.path === path)!;
      for (const choice of choices) expect(about, path).toMatch(new RegExp(`\\b${String(choice)}\\b`));
      expect(about, path).toMatch(/\((?:[^()]*, )*(?:[A-Z][\w-]*,? )*20\d\d\)/);
    }
    for (const { about } of preparations) expect(about).toContain('Nagel et al., ICCV 2019');
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

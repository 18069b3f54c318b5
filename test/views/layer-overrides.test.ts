import { describe, expect, test } from 'vitest';
import { Configuration } from '../../src/contract/index.ts';
import { newDesign, withFactor, withFixed } from '../../src/renderer/views/design/design-file.ts';
import {
  coveredBy,
  layerChoices,
  layerSettings,
  overrideBits,
  overridesOf,
  withNewOverride,
  withOverrideSetting,
  withoutOverride
} from '../../src/renderer/views/design/layer-overrides.ts';
import { endsAtEightBits, withEndsAtEightBits } from '../../src/renderer/views/design/network-settings.ts';
import { parsedAdvice, withAdvice } from '../../src/renderer/views/design/with-advice.ts';

const design = newDesign('test', 'calib');
const layersOf = (file: typeof design) => Configuration.parse(file.fixed).layers;

describe('settings of single layers', () => {
  test('a layer whose name has dots and slashes is one layer', () => {
    const name = '/layer1/layer1.0/conv1/Conv';
    let file = withNewOverride(design, name);
    expect(layersOf(file)).toEqual({ [name]: { weights: { bits: 8 } } });
    file = withOverrideSetting(file, name, 'activations.bits', 6);
    file = withOverrideSetting(file, name, 'weights.range', 'mse');
    expect(layersOf(file)).toEqual({
      [name]: { weights: { bits: 8, range: 'mse' }, activations: { bits: 6 } }
    });
    const [override] = overridesOf(file);
    expect(override!.key).toBe(name);
    expect([overrideBits(override!, 'weights'), overrideBits(override!, 'activations')]).toEqual([8, 6]);
  });

  test('what enters the network has no weights', () => {
    expect(layersOf(withNewOverride(design, 'input'))).toEqual({ input: { activations: { bits: 8 } } });
  });

  test('adding twice changes nothing, and what says nothing any more goes', () => {
    const once = withOverrideSetting(withNewOverride(design, 'last'), 'last', 'weights.bits', 4);
    expect(withNewOverride(once, 'last')).toBe(once);
    expect(withOverrideSetting(once, 'last', 'weights.bits', undefined).fixed).toEqual({});
    expect(withoutOverride(withNewOverride(once, 'fc'), 'last').fixed).toEqual({
      layers: { fc: { weights: { bits: 8 } } }
    });
  });

  test('first and last at 8 bits are overrides like others, which stay when it is switched off', () => {
    const file = withEndsAtEightBits(withNewOverride(design, '*conv1*'), true);
    expect(endsAtEightBits(file)).toBe(true);
    expect(overridesOf(file).map(({ key }) => key)).toEqual(['*conv1*', 'input', 'first', 'last']);
    expect(overridesOf(withEndsAtEightBits(file, false)).map(({ key }) => key)).toEqual(['*conv1*']);
  });

  test('every setting that is offered is valid for a layer', () => {
    expect(layerSettings.length).toBeGreaterThan(20);
    for (const { path } of layerSettings) {
      for (const choice of layerChoices(path))
        expect(() => layersOf(withOverrideSetting(design, 'fc', path, choice)), path).not.toThrow();
    }
  });

  test('patterns cover as the computation has it', () => {
    const names = ['conv1', 'layer1.conv1', 'layer1.conv2', 'fc'];
    expect(coveredBy('*conv1', names)).toBe(2);
    expect(coveredBy('layer1*', names)).toBe(2);
    expect(coveredBy('layer1.c', names)).toBe(0);
    expect(coveredBy('fc', names)).toBe(1);
    expect(coveredBy('*', names)).toBe(4);
  });
});

describe('advice in a design', () => {
  test('sets what it names', () => {
    const file = withFixed(design, 'activations.destinationLevels', 256);
    const setting = { path: 'activations.destinationLevels', value: 'auto' };
    expect(withAdvice(file, { setting })!.fixed).toEqual({});
    const samples = { path: 'data.calibrationSamples', value: 512 };
    expect(withAdvice(design, { setting: samples })!.data.calibrationSamples).toBe(512);
    const levels = withFixed(
      withFixed(design, 'weights.destinationLevels', 256),
      'weights.range',
      'histogram'
    );
    expect(
      withAdvice(levels, { setting: { path: 'weights.destinationLevels', value: null } })!.fixed
    ).toEqual({
      weights: { range: 'histogram' }
    });
  });

  test('leaves what varies on purpose', () => {
    const file = withFactor(design, 'weights.granularity', ['tensor', 'channel']);
    expect(withAdvice(file, { setting: { path: 'weights.granularity', value: 'channel' } })).toBeNull();
  });

  test('in an address, and nothing else in its place', () => {
    expect(parsedAdvice('["weights.range","mse"]')).toEqual({ path: 'weights.range', value: 'mse' });
    for (const text of ['', 'weights.range', '["a"]', '[1,2]', '["a",{}]', '["a",1,2]', '{}', 'null'])
      expect(parsedAdvice(text), text).toBeNull();
  });
});

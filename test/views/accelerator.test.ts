import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  AcceleratorSettings,
  Configuration,
  normalized,
  type ResolvedPreset
} from '../../src/contract/index.ts';
import { lightHandlers, readPresets } from '../../src/main/experiments/index.ts';
import { configurationRows, defaultsFor } from '../../src/renderer/views/run/configuration-rows.ts';
import { settingAt } from '../../src/renderer/figures/setting-at.ts';
import { aboutField, hardwareGroups } from '../../src/renderer/views/accelerator/hardware-fields.ts';
import { curvesFor } from '../../src/renderer/views/accelerator/reach-grid.ts';
import {
  fixedValue,
  newDesign,
  unmetCondition,
  withFactor,
  withFixed,
  withHardware
} from '../../src/renderer/views/design/design-file.ts';
import { settings } from '../../src/renderer/views/design/setting-catalogue.ts';
import { namesToPick } from '../../src/renderer/views/design/setting-names-to-pick.ts';

const folder = resolve('resources/presets');
const presets: ResolvedPreset[] = await lightHandlers({ presets: readPresets(folder) })[
  'accelerator.presets'
]({});
const named = (path: string) => settings.find((each) => each.path === `accelerator.${path}`)!;

test('the designer offers the presets that there are', () => {
  const names = readdirSync(folder).map((file) => file.replace('.json', ''));
  expect(namesToPick('accelerator.preset', presets, []).sort()).toEqual(names.sort());
});

test('every field of the screen is a setting with a description', () => {
  const fields = hardwareGroups.flatMap((group) => group.fields);
  const linked = AcceleratorSettings.parse({ link: {} });
  for (const { path, choices } of fields) {
    expect(settingAt(linked, path), path).not.toBe(undefined);
    expect(aboutField(path), path).not.toBe('');
    if (choices !== undefined) expect(choices).toContain(settingAt(linked, path));
  }
});

describe('hardware in a design', () => {
  const design = withHardware(newDesign('test', 'calib'), { preset: 'holylight-mam', tile: 12 });

  test('keeps the name of the preset, and what differs from it', () => {
    expect(design.fixed).toEqual({
      arithmetic: 'accelerator',
      accelerator: { preset: 'holylight-mam', tile: 12 }
    });
    expect(fixedValue(design, 'accelerator.tile', presets)).toBe(12);
    expect(fixedValue(design, 'accelerator.adc.bits', presets)).toBe(8);
    expect(fixedValue(design, 'accelerator.link.rateGigasamplesPerSecond', presets)).toBe(5);
    const again = withFixed(design, 'accelerator.tile', 22, presets);
    expect(again.fixed['accelerator']).toEqual({ preset: 'holylight-mam' });
    expect(withFixed(again, 'accelerator.tile', 64, presets).fixed['accelerator']).toEqual({
      preset: 'holylight-mam',
      tile: 64
    });
  });

  test('leaves out widths that its slices are too wide for', () => {
    const widths = withHardware(newDesign('test', 'calib'), { preset: 'holylight-mam' }, presets).factors;
    expect(widths).toEqual({ 'weights.bits': [8, 7, 6, 5, 4], 'activations.bits': [8, 7, 6, 5, 4] });
    const narrow = { ...newDesign('test', 'calib'), factors: { 'weights.bits': [3, 2] }, zip: [] };
    expect(withHardware(narrow, { preset: 'holylight-mam' }, presets).factors).toEqual(narrow.factors);
    expect(withHardware(narrow, { preset: 'ideal' }, presets).factors).toEqual(narrow.factors);
  });

  test('the short form keeps its name when a part of it is set or varied', () => {
    const short = { ...design, fixed: { arithmetic: 'accelerator', accelerator: 'holylight-mam' } };
    expect(fixedValue(short, 'accelerator.adc.bits', presets)).toBe(8);
    expect(withFixed(short, 'accelerator.adc.bits', 6, presets).fixed['accelerator']).toEqual({
      preset: 'holylight-mam',
      adc: { bits: 6 }
    });
    expect(withFactor(short, 'accelerator.adc.bits', [8, 6]).fixed['accelerator']).toEqual({
      preset: 'holylight-mam'
    });
  });

  test('settings of hardware matter in its arithmetic, and those of parts with what they need', () => {
    expect(unmetCondition(named('adc.bits'), newDesign('test', 'calib'), presets)).toEqual({
      path: 'arithmetic',
      values: ['accelerator']
    });
    expect(unmetCondition(named('adc.bits'), design, presets)).toBe(null);
    expect(unmetCondition(named('adc.low'), design, presets)).toMatchObject({
      path: 'accelerator.adc.range'
    });
    const ranges = withFactor(design, 'accelerator.adc.range', ['fixed', 'calibrated']);
    expect(unmetCondition(named('adc.low'), ranges, presets)).toBe(null);
  });

  test('other hardware takes the place of what factors said', () => {
    const varied = withFactor(design, 'accelerator.adc.bits', [8, 6]);
    expect(Object.keys(withHardware(varied, { preset: 'ideal' }).factors)).toEqual([
      'weights.bits',
      'activations.bits'
    ]);
  });
});

test('curves are drawn at the usual rates and at the hardware’s own', () => {
  expect(curvesFor('published', 5).rates).toEqual([1, 3, 5, 10]);
  expect(curvesFor('exact', 2.5).rates).toEqual([1, 2.5, 3, 5, 10]);
  expect(curvesFor('exact', 5).bits).toContain(1.3);
});

test('a run on hardware is told apart from the usual hardware, not from none', () => {
  const { resolved } = presets.find(({ name }) => name === 'deap-cnn-amm')!;
  const configuration = normalized(Configuration.parse({ arithmetic: 'accelerator', accelerator: resolved }));
  const differing = configurationRows({ configuration }, defaultsFor(configuration)).filter(
    ({ otherwise }) => otherwise !== null
  );
  expect(differing.map(({ path, value, otherwise }) => [path, value, otherwise])).toEqual([
    ['arithmetic', 'accelerator', 'integer'],
    ['accelerator.preset', 'deap-cnn-amm', 'none'],
    ['accelerator.tile', '16', '64'],
    ['accelerator.slicing.activations', '4', 'none'],
    ['accelerator.slicing.weights', '4', 'none'],
    ['accelerator.adc.bits', '8', 'ideal'],
    ['accelerator.adc.range', 'calibrated', 'full-scale']
  ]);
});

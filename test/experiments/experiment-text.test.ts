import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ExperimentFile } from '../../src/contract/index.ts';
import { formatExperiment, parseExperiment } from '../../src/main/experiments/index.ts';
import { parseSettingPath, formatSettingPath } from '../../src/contract/index.ts';
import { experimentFile } from './notebook-fixture.ts';

const sample = readFileSync('resources/experiments/which-loss.yaml', 'utf8');
const minimal = 'name: E\nmodels: [m]\ndata: {evaluate: d, calibrate: c}\n';

test('the sample experiment is read: three models, bits together from 8 to 2, integers', () => {
  const { file, problem } = parseExperiment(sample);
  expect(problem).toBeNull();
  expect(file).toMatchObject({
    name: 'Which loss withstands few bits?',
    models: ['resnet18-cross-entropy', 'resnet18-label-smoothing', 'resnet18-mse'],
    data: { evaluate: 'shapes10-test', calibrate: 'shapes10-calib', calibrationSamples: 512, samples: 'all' },
    fixed: { arithmetic: 'integer', bias: 'int32' },
    factors: { 'weights.bits': [8, 7, 6, 5, 4, 3, 2], 'activations.bits': [8, 7, 6, 5, 4, 3, 2] },
    zip: [['weights.bits', 'activations.bits']],
    seeds: [0],
    baseline: true
  });
});

test('a number that is none is named where it stands, however deep', () => {
  for (const [value, shown] of [
    ['.nan', 'NaN'],
    ['-.inf', '-Infinity']
  ]) {
    const { problem } = parseExperiment(`${minimal}fixed:\n  accelerator:\n    noise: {output: ${value}}\n`);
    expect(problem).toMatchObject({
      code: 'CONFIGURATION_INVALID',
      details: { path: 'fixed.accelerator.noise.output (line 6)', value: shown, line: 6 }
    });
  }
  const { problem } = parseExperiment(`${minimal}factors:\n  accelerator.noise.output: [0, .nan]\n`);
  expect(problem).toMatchObject({ code: 'CONFIGURATION_INVALID', remedy: 'Write a finite number.' });
});

test('JSON is read as well', () => {
  expect(parseExperiment(JSON.stringify(experimentFile(), null, 2))).toEqual({
    file: experimentFile(),
    problem: null
  });
});

test('a file is formatted so that reading it gives the same file', () => {
  expect(parseExperiment(formatExperiment(parseExperiment(sample).file!)).file).toEqual(
    parseExperiment(sample).file
  );
  const yaml = formatExperiment(experimentFile());
  expect(yaml).toContain('models: [net-a, net-b]');
  expect(yaml).toContain('weights.bits: [8, 4, 2]');
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('yes', '1e3', 'null', '- a', 'a: b', ' x ', '#', '"', "'", 'é\n\nb ', '~')
  );
  fc.assert(
    fc.property(
      fc.record({
        name: text.filter((name) => name.trim() !== '' && name.length <= 120),
        question: text,
        models: fc.array(
          text.filter((name) => name !== ''),
          { minLength: 1, maxLength: 3 }
        ),
        seeds: fc.array(fc.nat(0xffffffff), { minLength: 1, maxLength: 3 }),
        factors: fc.dictionary(
          text,
          fc.array(fc.jsonValue({ maxDepth: 2 }), { minLength: 1, maxLength: 3 }),
          { maxKeys: 3 }
        )
      }),
      (parts) => {
        // JSON and YAML have one zero.
        const file = ExperimentFile.parse(
          JSON.parse(JSON.stringify({ ...experimentFile(), zip: [], ...parts }))
        );
        expect(parseExperiment(formatExperiment(file)).file).toEqual(file);
      }
    ),
    { numRuns: 300 }
  );
});

const problems: [string, string, string, Record<string, unknown>][] = [
  ['nothing', '', 'EXPERIMENT_UNREADABLE', { reason: 'it is empty' }],
  ['a sentence', 'hello there', 'EXPERIMENT_UNREADABLE', {}],
  [
    'broken YAML',
    `${minimal}fixed: {a: [1, 2}\n`,
    'EXPERIMENT_UNREADABLE',
    { reason: expect.stringContaining('line 4') }
  ],
  [
    'a key twice',
    `${minimal}name: F\n`,
    'EXPERIMENT_UNREADABLE',
    { reason: expect.stringContaining('line 4') }
  ],
  [
    'a flood of aliases',
    `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`,
    'EXPERIMENT_UNREADABLE',
    {}
  ],
  ['deep nesting', `a: ${'['.repeat(100_000)}`, 'EXPERIMENT_UNREADABLE', {}],
  [
    'an unknown key',
    `${minimal}modells: []\n`,
    'CONFIGURATION_UNKNOWN_KEY',
    { path: 'modells (line 4)', suggestion: 'Did you mean models?', line: 4 }
  ],
  [
    'an unknown key within',
    `${minimal}fixed:\n  weights:\n    bitts: 4\n`,
    'CONFIGURATION_UNKNOWN_KEY',
    { path: 'fixed.weights.bitts (line 6)', suggestion: 'Did you mean bits?' }
  ],
  [
    'an unknown key far from all',
    `${minimal}fixed: {activations: {temperature: 4}}\n`,
    'CONFIGURATION_UNKNOWN_KEY',
    { suggestion: expect.stringContaining('Known settings in fixed.activations: bits, scheme') }
  ],
  [
    'an unknown key in an override',
    `${minimal}fixed: {layers: {first: {weight: {bits: 4}}}}\n`,
    'CONFIGURATION_UNKNOWN_KEY',
    { path: 'fixed.layers.first.weight (line 4)', suggestion: 'Did you mean weights?' }
  ],
  [
    'an unknown data key',
    'name: E\nmodels: [m]\ndata:\n  evaluate: d\n  calibrat: c\n',
    'CONFIGURATION_UNKNOWN_KEY',
    { path: 'data.calibrat (line 5)', suggestion: 'Did you mean calibrate?' }
  ],
  [
    'an unknown factor',
    `${minimal}factors:\n  weight.bits: [4]\n`,
    'CONFIGURATION_UNKNOWN_KEY',
    { path: 'factors.weight (line 5)', suggestion: 'Did you mean weights?' }
  ],
  [
    '0 bits',
    `${minimal}fixed: {weights: {bits: 0}}\n`,
    'CONFIGURATION_BITS',
    { path: 'fixed.weights.bits (line 4)', value: '0' }
  ],
  [
    '1 bit',
    `${minimal}factors: {activations.bits: [8, 1]}\n`,
    'CONFIGURATION_BITS',
    { path: 'factors.activations.bits (line 4)', value: '1' }
  ],
  [
    '17 bits',
    `${minimal}factors:\n  weights.bits:\n    - 8\n    - 17\n`,
    'CONFIGURATION_BITS',
    { path: 'factors.weights.bits (line 7)', value: '17' }
  ],
  [
    '3.5 bits',
    `${minimal}fixed: {layers: {conv1: {weights: {bits: 3.5}}}}\n`,
    'CONFIGURATION_BITS',
    { path: 'fixed.layers.conv1.weights.bits (line 4)', value: '3.5' }
  ],
  ['bits as a word', `${minimal}fixed: {weights: {bits: four}}\n`, 'CONFIGURATION_BITS', { value: 'four' }],
  [
    'a misspelled value',
    `${minimal}fixed: {activations: {observer: histgram}}\n`,
    'CONFIGURATION_INVALID',
    {
      suggestion: expect.stringContaining(
        'Did you mean histogram? Known values: minmax, moving-average, histogram, percentile, mse, entropy'
      )
    }
  ],
  [
    'a value of another kind',
    `${minimal}fixed: {activations: {destinationLevels: many}}\n`,
    'CONFIGURATION_INVALID',
    { suggestion: expect.stringContaining('auto') }
  ],
  [
    'a misspelled level',
    `${minimal}factors: {arithmetic: [integer, simulation]}\n`,
    'CONFIGURATION_INVALID',
    { path: 'factors.arithmetic (line 4)', value: 'simulation' }
  ],
  [
    'no models',
    'name: E\nmodels: []\ndata: {evaluate: d}\n',
    'CONFIGURATION_INVALID',
    { path: 'models (line 2)' }
  ],
  ['no data', 'name: E\nmodels: [m]\n', 'CONFIGURATION_INVALID', { path: 'data', value: 'nothing' }],
  [
    'too little calibration',
    'name: E\nmodels: [m]\ndata: {evaluate: d, calibrate: c, calibrationSamples: 0}\n',
    'CALIBRATION_TOO_FEW',
    { samples: 0 }
  ],
  ['a conflict', `${minimal}fixed: {weights: {granularity: group}}\n`, 'CONFIGURATION_CONFLICT', {}]
];

test.each(problems)('%s is a problem with its place', (_what, text, code, details) => {
  const { problem } = parseExperiment(text);
  expect(problem).toMatchObject({ code, details });
  expect(`${problem!.sentence} ${problem!.remedy}`).not.toContain('?.');
  expect(`${problem!.sentence} ${problem!.remedy}`).not.toMatch(/undefined|\[object/);
});

test('a file with a wrong level is still given back, so that a screen can show it', () => {
  expect(parseExperiment(`${minimal}fixed: {weights: {bits: 1}}\n`).file).toMatchObject({ name: 'E' });
});

test('paths of settings: dots, brackets for names with dots, and bare layer names', () => {
  expect(parseSettingPath('weights.bits')).toEqual(['weights', 'bits']);
  expect(parseSettingPath('layers.first.weights.bits')).toEqual(['layers', 'first', 'weights', 'bits']);
  const nested = ['layers', 'layer1.0.conv1', 'weights', 'bits'];
  expect(parseSettingPath('layers["layer1.0.conv1"].weights.bits')).toEqual(nested);
  expect(parseSettingPath(`layers['layer1.0.conv1'].weights.bits`)).toEqual(nested);
  expect(parseSettingPath('layers.layer1.0.conv1.weights.bits')).toEqual(nested);
  expect(parseSettingPath('layers["a"].weights')).toEqual(['layers', 'a', 'weights']);
  for (const none of ['', '.', 'a.', '.a', 'a..b', 'a[b]', 'a["b', 'a b', 'a["b"]c'])
    expect(parseSettingPath(none)).toBeNull();
  const name = fc.stringMatching(/^[^"]+$/);
  fc.assert(
    fc.property(fc.constantFrom('weights', 'activations'), name, (part, layer) => {
      const path = ['layers', layer, part, 'bits'];
      expect(parseSettingPath(formatSettingPath(path))).toEqual(path);
    })
  );
});

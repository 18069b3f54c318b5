import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ExperimentFile } from '../../src/contract/index.ts';
import {
  formatExperiment,
  parseExperiment,
  updatedExperimentText
} from '../../src/main/experiments/index.ts';
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
    problems: [],
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

describe('everything that is wrong is listed, with its place', () => {
  const places = (text: string) =>
    parseExperiment(text).problems.map(({ path, line, report }) => [path.join(' '), line, report.code]);

  test('of the file itself', () => {
    expect(
      places('name: E\nmodels: []\ndata: {evaluate: d, calibrate: c}\nseeds: [-1]\nsedes: [1]\n')
    ).toEqual([
      ['models', 2, 'CONFIGURATION_INVALID'],
      ['seeds 0', 4, 'CONFIGURATION_INVALID'],
      ['sedes', 5, 'CONFIGURATION_UNKNOWN_KEY']
    ]);
  });

  test('of the file and its settings at once', () => {
    expect(places('name: E\nmodels: []\ndata: {evaluate: d}\nfixed: {weights: {bits: 99}}\n')).toEqual([
      ['models', 2, 'CONFIGURATION_INVALID'],
      ['fixed weights bits', 4, 'CONFIGURATION_BITS']
    ]);
  });

  test('of fixed settings, levels and zips', () => {
    expect(places(`${minimal}fixed:\n  weights:\n    bits: 1\n    range: mean\n`)).toEqual([
      ['fixed weights bits', 6, 'CONFIGURATION_BITS'],
      ['fixed weights range', 7, 'CONFIGURATION_INVALID']
    ]);
    const factors = [
      'factors:',
      '  weights.bits: [8, 1, 4]',
      '  activations.observer:',
      '    - mse',
      '    - minmux',
      '  weights.bitz: [8, 4]',
      'zip:',
      '  - [weights.bits, activations.observer]',
      '  - [weights.bits, weights.range]'
    ];
    expect(places(minimal + factors.join('\n'))).toEqual([
      ['factors weights.bits 1', 5, 'CONFIGURATION_BITS'],
      ['factors activations.observer 1', 8, 'CONFIGURATION_INVALID'],
      ['factors weights.bitz 0', 9, 'CONFIGURATION_UNKNOWN_KEY'],
      ['zip 0', 11, 'EXPERIMENT_ZIP_LENGTHS'],
      ['zip 1 1', 12, 'CONFIGURATION_INVALID']
    ]);
  });

  test('of YAML, and of combinations', () => {
    expect(places('name: [a\nmodels: }\n').length).toBeGreaterThan(0);
    expect(places('name: [a\nmodels: }\n').every(([, line]) => typeof line === 'number')).toBe(true);
    const conflicts = `${minimal}fixed: {requantization: qnnpack}\nfactors: {bias: [float, int32], weights.grid: [apot, uniform]}\n`;
    const codes = places(conflicts);
    expect(codes.length).toBeGreaterThan(1);
    expect(new Set(codes.map(([, , code]) => code))).toEqual(new Set(['CONFIGURATION_CONFLICT']));
  });
});

describe('a text follows the file', () => {
  const text = `# Mine
name: E # short
question: |
  Which?
models: [m]   # the first
data: {evaluate: d, calibrate: c}

# Factors, widest first
factors:
  # Of weights
  weights.bits: [8, 4]
  activations.observer:
    # the usual one
    - histogram
    - mse # less clipping
`;
  const { file } = parseExperiment(text);
  const changed = (changes: object) => updatedExperimentText(text, { ...file!, ...changes });

  test('a file that says the same leaves every letter as it is', () => {
    expect(updatedExperimentText(text, file!)).toBe(text);
  });

  test('comments and what is left out stay', () => {
    const next = changed({
      name: 'F',
      factors: { 'weights.bits': [8, 4, 2], 'activations.observer': ['mse', 'minmax'] },
      seeds: [0, 1]
    });
    for (const comment of [
      '# Mine',
      '# short',
      '# the first',
      '# Factors, widest first',
      '# Of weights',
      '# less clipping'
    ])
      expect(next).toContain(comment);
    expect(next).toContain('name: F # short');
    expect(next).toContain('question: |\n  Which?\n');
    expect(next).toContain('weights.bits: [8, 4, 2]');
    expect(next).toContain('- mse # less clipping');
    expect(next).not.toContain('baseline');
    expect(next.indexOf('seeds: [0, 1]')).toBeGreaterThan(next.indexOf('factors:'));
    expect(parseExperiment(next).file).toEqual({
      ...file!,
      name: 'F',
      factors: { 'weights.bits': [8, 4, 2], 'activations.observer': ['mse', 'minmax'] },
      seeds: [0, 1]
    });
  });

  test('a text that cannot be read, or has aliases, still says what the file says', () => {
    for (const other of ['name: [', '- a', '', 'models: 3'])
      expect(parseExperiment(updatedExperimentText(other, file!)).file).toEqual(file);
    const aliased =
      'name: E\nmodels: [m]\ndata: {evaluate: d, calibrate: c}\nfactors: {weights.bits: &bits [8, 4], activations.bits: *bits}\n';
    const { file: before } = parseExperiment(aliased);
    const after = { ...before!, factors: { 'weights.bits': [8, 3], 'activations.bits': [8, 4] } };
    expect(parseExperiment(updatedExperimentText(aliased, after)).file).toEqual(after);
  });

  test('whatever changes, reading the text gives the file', () => {
    const level = fc.oneof(
      fc.integer({ min: 2, max: 16 }),
      fc.constantFrom('mse', 'a: b', '# c', null, true)
    );
    const levels = fc.array(level, { minLength: 1, maxLength: 4 });
    const part = fc.record({
      name: fc.constantFrom('E', 'x: y', "it's", '#1'),
      question: fc.constantFrom('', 'Which?\n', 'a\nb', ' # no'),
      models: fc.array(fc.constantFrom('m', 'n', 'o: p'), { minLength: 1, maxLength: 3 }),
      seeds: fc.array(fc.nat(9), { minLength: 1, maxLength: 3 }),
      fixed: fc.record(
        {
          weights: fc.dictionary(fc.constantFrom('bits', 'range'), level),
          bias: fc.constantFrom('float', 'int32')
        },
        { requiredKeys: [] }
      ),
      factors: fc.dictionary(fc.constantFrom('weights.bits', 'activations.observer', 'bias'), levels)
    });
    fc.assert(
      fc.property(part, part, (one, two) => {
        const base = { ...file!, ...one };
        const next = { ...file!, ...two };
        const first = updatedExperimentText(text, base);
        expect(ExperimentFile.parse(parse(first))).toEqual(base);
        expect(ExperimentFile.parse(parse(updatedExperimentText(first, next)))).toEqual(next);
      })
    );
  });
});

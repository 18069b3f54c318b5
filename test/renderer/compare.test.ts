import { expect, test } from 'vitest';
import { Configuration, type PairedTest, type Run } from '../../src/contract/index.ts';
import {
  bestOf,
  describeMetric,
  metricNames,
  metricNumber
} from '../../src/renderer/figures/metric-descriptions.ts';
import { answerGroups } from '../../src/renderer/views/compare/answer-groups.ts';
import {
  leftOutSentence,
  lettered,
  onSamplesOf,
  parseIds,
  shortNames,
  testsAgainst,
  tooManySentence
} from '../../src/renderer/views/compare/compared-runs.ts';
import { meantDifferences } from '../../src/renderer/views/compare/meant-differences.ts';
import { finishedRun } from '../figures/runs.ts';

test('the runs of an address: each once, in order; more than fit are told, not hidden', () => {
  expect(parseIds('b,a,,b')).toEqual(['b', 'a']);
  expect(parseIds(undefined)).toEqual([]);
  expect(tooManySentence(20)).toBeNull();
  expect(tooManySentence(34)).toBe(
    'Of the 34 runs that were chosen, the first 20 are compared: more do not fit side by side.'
  );
});

test('a run is called by its model and what differs between the quantized ones, bits first', () => {
  const quantized = (bits: number, observer: 'mse' | 'histogram') =>
    finishedRun({ id: `${bits}`, model: 'net', top1: 0.5, bits, observer });
  const float = finishedRun({ id: 'f', model: 'net', top1: 0.9, baseline: true });
  const runs = [float, quantized(8, 'mse'), quantized(4, 'histogram')];
  const differences = [
    { path: 'arithmetic', values: ['float', 'integer', 'integer'] },
    { path: 'activations.observer', values: ['histogram', 'mse', 'histogram'] },
    { path: 'activations.bits', values: [8, 8, 4] },
    { path: 'weights.bits', values: [8, 8, 4] }
  ];
  expect(shortNames(runs, differences)).toEqual([
    'net, float',
    'net, 8 bits, observer mse',
    'net, 4 bits, observer histogram'
  ]);
  // Where only other settings differ, bits that all share are not said.
  const observers = [{ path: 'activations.observer', values: ['mse', 'histogram'] }];
  expect(shortNames([quantized(8, 'mse'), quantized(8, 'histogram')], observers)).toEqual([
    'net, observer mse',
    'net, observer histogram'
  ]);
  const mixed: Run = {
    ...float,
    baseline: false,
    configuration: Configuration.parse({ weights: { bits: 4 } })
  };
  expect(shortNames([float, mixed], [differences[0]!])).toEqual([
    'net, float',
    'net, 4-bit weights, 8-bit activations'
  ]);
});

test('a setting counts as a difference only between runs in which it means something', () => {
  const run = (settings: object): Run => ({
    ...finishedRun({ id: 'a', model: 'net', top1: 0.5 }),
    configuration: Configuration.parse(settings)
  });
  const float = run({ arithmetic: 'float' });
  const integer = run({});
  const hardware = run({ arithmetic: 'accelerator', accelerator: { preset: 'holylight-mam' } });
  const paths = (runs: Run[], differences: [string, (string | number | null)[]][]) =>
    meantDifferences(
      runs,
      differences.map(([path, values]) => ({ path, values }))
    ).map(({ path }) => path);
  expect(
    paths(
      [float, integer],
      [
        ['arithmetic', ['float', 'integer']],
        ['calibrationSamples', [0, 512]],
        ['weights.bits', [8, 8]],
        ['activations.observer', ['mse', 'histogram']]
      ]
    )
  ).toEqual(['arithmetic', 'weights.bits']);
  expect(
    paths(
      [integer, hardware],
      [
        ['accelerator.preset', [null, 'holylight-mam']],
        ['accelerator.adc.bits', [null, 8]]
      ]
    )
  ).toEqual(['accelerator.preset']);
  expect(paths([hardware, hardware], [['accelerator.adc.bits', [6, 8]]])).toEqual(['accelerator.adc.bits']);
});

const pair = (a: string, b: string): PairedTest => ({
  a,
  b,
  onlyA: 3,
  onlyB: 1,
  difference: -0.02,
  low: -0.05,
  high: 0.01,
  pValue: 0.625
});

test('what cannot be compared with the reference is said with its reason', () => {
  const run = (id: string) => finishedRun({ id, model: 'net', top1: 0.5 });
  const failed: Run = { ...run('c'), status: 'failed' };
  const runs = lettered([run('a'), run('b'), failed, run('d')]);
  const [a, , c] = runs;
  const comparable = onSamplesOf(a!, runs, [pair('a', 'b')]);
  expect(comparable.map(({ letter }) => letter)).toEqual(['A', 'B']);
  expect(leftOutSentence(a!, runs, comparable)).toBe(
    'Left out, because only runs on the same samples can be compared sample by sample with A: C (failed) and D (on other samples or other data, or without predictions).'
  );
  expect(leftOutSentence(a!, runs.slice(0, 2), comparable)).toBeNull();
  expect(leftOutSentence(c!, runs, onSamplesOf(c!, runs, [pair('a', 'b')]))).toContain(
    'C, the reference, is not finished (failed)'
  );
});

test('tests against a reference have it first, whichever way they were made', () => {
  expect(testsAgainst('b', [pair('a', 'b'), pair('a', 'c'), pair('b', 'c')])).toEqual([
    { a: 'b', b: 'a', onlyA: 1, onlyB: 3, difference: 0.02, low: -0.01, high: 0.05, pValue: 0.625 },
    pair('b', 'c')
  ]);
});

test('what runs say of a sample is put together by class, the right one first', () => {
  const answer = (prediction: number, probability: number) => ({ prediction, probability });
  const row = {
    sample: 7,
    label: 2,
    answers: [answer(1, 0.5), answer(0, 0.9), answer(2, 0.4), answer(0, 0.8)]
  };
  const groups = answerGroups(row, ['a', 'b', 'c', 'd']);
  expect(
    groups.map((group) => [group.class, group.isRight, group.answers.map(({ id }) => id).join('')])
  ).toEqual([
    [2, true, 'c'],
    [0, false, 'bd'],
    [1, false, 'a']
  ]);
});

test('only a metric with a direction has a best value, and only where values differ', () => {
  expect(bestOf('top1', [0.5, undefined, 0.9])).toBe(0.9);
  expect(bestOf('crossEntropy', [0.5, 0.2])).toBe(0.2);
  expect(bestOf('top1', [0.5, 0.5])).toBeUndefined();
  expect(bestOf('framesPerSecond', [1, 2])).toBeUndefined();
});

test('metrics stand in their units, known ones first', () => {
  const runs = [{ metrics: { zeta: 1, bops: 5.95e8, top1: 0.847 } }, { metrics: { alpha: 2, top1: 0.69 } }];
  expect(metricNames(runs)).toEqual(['top1', 'bops', 'alpha', 'zeta']);
  expect(metricNumber('top1', 0.847)).toBe('84.70');
  expect(metricNumber('bops', 5.95e8)).toBe('0.595');
  expect(metricNumber('modelSizeBits', 701_466 * 4)).toBe('350.7');
  expect(metricNumber('logitsSqnrDb', -1.5)).toBe('−1.50');
  expect(metricNumber('alpha', undefined)).toBe('–');
  expect(describeMetric('alpha').title).toBe('alpha');
});

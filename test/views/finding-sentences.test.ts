import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PairFamily, Run, TestedPair } from '../../src/contract/index.ts';
import { corrected, type UncorrectedPair } from '../../src/main/experiments/paired-findings.ts';
import { uniform } from '../../src/main/numeric/random.ts';
import { mcNemarExact, pairedDifference, pairedTTest } from '../../src/main/numeric/statistics.ts';
import { familySummary, findingSentences } from '../../src/renderer/views/experiment/finding-sentences.ts';
import { finishedRun } from '../figures/runs.ts';

const bits = ['weights.bits', 'activations.bits'];
const runs = new Map<string, Run>(
  [
    finishedRun({ id: 'af', model: 'net-a', top1: 0.9, baseline: true }),
    finishedRun({ id: 'bf', model: 'net-b', top1: 0.9, baseline: true }),
    finishedRun({ id: 'a4', model: 'net-a', bits: 4, top1: 0.8 }),
    finishedRun({ id: 'a3', model: 'net-a', bits: 3, top1: 0.8 }),
    finishedRun({ id: 'b3', model: 'net-b', bits: 3, top1: 0.1 }),
    finishedRun({ id: 'mse', model: 'net-a', bits: 8, activationBits: 4, observer: 'mse', top1: 0.1 }),
    finishedRun({ id: 'histogram', model: 'net-a', bits: 8, activationBits: 4, top1: 0.1 })
  ].map((run) => [run.id, run])
);

function mcNemarPair(a: string, b: string, onlyA: number, onlyB: number, samples = 2000): UncorrectedPair {
  return {
    a: [a],
    b: [b],
    test: 'mcnemar',
    samples,
    seeds: 1,
    random: false,
    onlyA,
    onlyB,
    ...pairedDifference(onlyA, onlyB, samples),
    pValue: mcNemarExact(onlyA, onlyB)
  };
}

function seedPair(a: string, b: string, differences: readonly number[]): UncorrectedPair {
  return {
    ...mcNemarPair(a, b, 0, 0),
    test: 'paired-t',
    random: true,
    seeds: differences.length,
    onlyA: null,
    onlyB: null,
    ...pairedTTest(differences)
  };
}

const family = (
  differIn: string[],
  pairs: readonly UncorrectedPair[],
  more: Partial<PairFamily> = {}
): PairFamily => ({ differIn, pairs: corrected(pairs), untested: 0, leftOut: 0, ...more });
const sentences = (of: PairFamily, factors = bits) =>
  findingSentences(of, runs, factors).map(({ sentence }) => sentence);

describe('sentences of findings', () => {
  test('models at equal settings, with the interval, the test, the corrected p value and both numbers', () => {
    const nothing = Array.from({ length: 8 }, () => mcNemarPair('af', 'bf', 10, 12));
    expect(sentences(family(['model'], [mcNemarPair('a3', 'b3', 1430, 10), ...nothing]))).toEqual([
      'At 3 bits, net-a is 71.0 points (95 % interval 68.9 to 73.0) more accurate than net-b (McNemar, p < 0.001, Holm-adjusted over 9 pairs, n = 2000).'
    ]);
    expect(sentences(family(['model'], [mcNemarPair('af', 'bf', 10, 60)]))).toEqual([
      'In float, net-b is 2.5 points (95 % interval 1.7 to 3.3) more accurate than net-a (McNemar, p < 0.001, n = 2000).'
    ]);
  });

  test('levels of a factor with all else equal', () => {
    expect(sentences(family(bits, [mcNemarPair('a4', 'a3', 90, 40)]))).toEqual([
      'net-a is 2.5 points (95 % interval 1.4 to 3.6) more accurate with 4 bits than with 3 bits (McNemar, p < 0.001, n = 2000).'
    ]);
    const observer = family(['activations.observer'], [mcNemarPair('mse', 'histogram', 70, 40)]);
    expect(sentences(observer, [...bits, 'activations.observer'])).toEqual([
      'With 8-bit weights, 4-bit activations, net-a is 1.50 points (95 % interval 0.47 to 2.53) more accurate with observer mse than with observer histogram (McNemar, p = 0.005, n = 2000).'
    ]);
  });

  test('against float, better or worse, also where nothing but the arithmetic differs', () => {
    const [worse] = sentences(family(['float'], [mcNemarPair('af', 'a3', 300, 100)]));
    expect(worse).toBe(
      'At 3 bits, net-a is 10.0 points (95 % interval 8.1 to 11.9) less accurate than in float (McNemar, p < 0.001, n = 2000).'
    );
    const [better] = sentences(family(['float'], [mcNemarPair('af', 'a3', 100, 300)]), []);
    expect(better).toMatch(/^Quantized, net-a is 10\.0 points .* more accurate than in float/);
  });

  test('over seeds, and of one seed where others would give other numbers', () => {
    const [overSeeds] = sentences(family(['model'], [seedPair('a3', 'b3', [-0.05, -0.06, -0.07, -0.06])]));
    expect(overSeeds).toBe(
      'At 3 bits, net-a is 6.0 points (95 % interval 4.7 to 7.3) more accurate than net-b (paired t over 4 seeds, p < 0.001, n = 2000).'
    );
    const one = { ...mcNemarPair('a3', 'b3', 300, 100), random: true };
    expect(sentences(family(['model'], [one]))[0]).toContain('n = 2000, one seed).');
  });

  test('the largest difference comes first', () => {
    const found = sentences(
      family(
        ['float'],
        [mcNemarPair('af', 'a4', 200, 50), mcNemarPair('af', 'a3', 900, 50), mcNemarPair('bf', 'b3', 500, 50)]
      )
    );
    expect(found.map((sentence) => sentence.match(/is ([\d.]+) points/)![1])).toEqual([
      '42.5',
      '22.5',
      '7.5'
    ]);
  });

  test('none for pairs that do not differ, nor for one that differs only before the correction', () => {
    const alone = mcNemarPair('a3', 'b3', 30, 14);
    expect(alone.pValue).toBeLessThan(0.05);
    expect(sentences(family(['model'], [alone]))).toHaveLength(1);
    const equal = mcNemarPair('af', 'bf', 20, 20);
    const among = family(['model'], [alone, equal, equal], { untested: 1, leftOut: 2 });
    expect(sentences(among)).toEqual([]);
    expect(familySummary(among)).toBe(
      'No difference is shown for 3 pairs. That none is shown does not mean that two are equal. ' +
        '1 pair could not be tested: fewer than three seeds in common, or other samples. ' +
        '2 more pairs were not tested, since there are so many.'
    );
  });

  test('an interval of a sentence never holds zero', () => {
    const count = fc.integer({ min: 0, max: 400 });
    fc.assert(
      fc.property(count, count, fc.integer({ min: 800, max: 5000 }), (onlyA, onlyB, samples) => {
        const [pair] = corrected([mcNemarPair('a3', 'b3', onlyA, onlyB, samples)]);
        if (pair!.adjustedPValue < 0.05) expect(pair!.low > 0 || pair!.high < 0).toBe(true);
      })
    );
  });
});

describe('where nothing differs', () => {
  const families = 400;
  const pairs = 12;
  /** Five in a hundred, and three deviations of the share of so many families. */
  const most = 0.05 + 3 * Math.sqrt((0.05 * 0.95) / families);
  const shareWithSentence = (pairOf: (stream: number) => UncorrectedPair) => {
    let found = 0;
    for (let index = 0; index < families; index++) {
      const tested = Array.from({ length: pairs }, (_, pair) => pairOf(index * pairs + pair));
      found += Number(sentences(family(['model'], tested)).length > 0);
    }
    return found / families;
  };

  test('sentences over samples stay as rare as they promise', () => {
    const discordant = 80;
    const share = shareWithSentence((stream) => {
      let onlyA = 0;
      for (let i = 0; i < discordant; i++) onlyA += Number(uniform(7, stream, i) < 0.5);
      return mcNemarPair('a3', 'b3', onlyA, discordant - onlyA);
    });
    expect(share).toBeLessThanOrEqual(most);
  });

  test('sentences over seeds do too', () => {
    // Sums of twelve uniform numbers are as good as normal.
    const normal = (stream: number, seed: number) =>
      Array.from({ length: 12 }, (_, i) => uniform(11, stream, 12 * seed + i)).reduce((a, b) => a + b) - 6;
    const share = shareWithSentence((stream) =>
      seedPair(
        'a3',
        'b3',
        [0, 1, 2, 3, 4].map((seed) => 0.01 * normal(stream, seed))
      )
    );
    expect(share).toBeLessThanOrEqual(most);
    expect(share).toBeGreaterThan(0);
  });

  test('without the correction they would be common', () => {
    const uncorrected = (stream: number): TestedPair => {
      let onlyA = 0;
      for (let i = 0; i < 80; i++) onlyA += Number(uniform(7, stream, i) < 0.5);
      const pair = mcNemarPair('a3', 'b3', onlyA, 80 - onlyA);
      return { ...pair, adjustedPValue: pair.pValue };
    };
    let found = 0;
    for (let index = 0; index < families; index++) {
      const tested = Array.from({ length: pairs }, (_, pair) => uncorrected(index * pairs + pair));
      const one: PairFamily = { differIn: ['model'], pairs: tested, untested: 0, leftOut: 0 };
      found += Number(sentences(one).length > 0);
    }
    expect(found / families).toBeGreaterThan(0.2);
  });
});

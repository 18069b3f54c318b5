import { expect, test } from 'vitest';
import { mostRuns, parseIds } from '../../src/renderer/views/compare/compared-runs.ts';
import { describeMetric, metricNames, metricNumber } from '../../src/renderer/figures/metric-descriptions.ts';

test('the runs of an address: each once, in order, no more than can be compared', () => {
  expect(parseIds('b,a,,b')).toEqual(['b', 'a']);
  expect(parseIds(undefined)).toEqual([]);
  const many = Array.from({ length: 30 }, (_, index) => `run_${index}`);
  expect(parseIds(many.join(','))).toEqual(many.slice(0, mostRuns));
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

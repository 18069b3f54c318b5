import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { LinkSettings, type LinkSettings as Link } from '../../../src/contract/index.ts';
import {
  ceilingBits,
  exactReach,
  operatingPoint,
  precisionBits,
  publishedReach,
  requiredPowerDbm
} from '../../../src/main/simulation/photonic/index.ts';
import { losses, receivedPowerDbm } from '../../../src/main/simulation/photonic/loss-budget.ts';

type Organization = Link['organization'];
type Bits = '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8';

/** Table II and the matrices of the CASES 2022 paper's scripts. */
const published = JSON.parse(readFileSync(resolve('test/data/photonic/published.json'), 'utf8')) as {
  rates_gs: number[];
  MAM: Record<Bits, number[]>;
  AMM: Record<Bits, number[]>;
  table_II_4_bit: { rates_gs: number[]; MAM: number[]; AMM: number[] };
  required_power_dbm: Record<Bits, (number | null)[]> & { rates_gs: number[] };
};
const widths = ['1', '2', '3', '4', '5', '6', '7', '8'] as const;
const organizations = ['MAM', 'AMM'] as const;
const linkOf = (organization: Organization, rate: number, changes: Partial<Link> = {}) =>
  LinkSettings.parse({ organization, rateGigasamplesPerSecond: rate, ...changes });

describe('published mode computes what was published', () => {
  test.each(organizations)('every N of %s', (organization) => {
    for (const bits of widths) {
      const found = published.rates_gs.map(
        (rate) => publishedReach(linkOf(organization, rate), Number(bits)).tile
      );
      expect(found, `${bits} bits`).toEqual(published[organization][bits]);
    }
  });

  test.each(organizations)('the row of %s in Table II', (organization) => {
    const { rates_gs: rates, [organization]: row } = published.table_II_4_bit;
    expect(rates.map((rate) => publishedReach(linkOf(organization, rate), 4).tile)).toEqual(row);
  });

  test.each(organizations)('the power that each precision needs, with %s', (organization) => {
    for (const bits of widths) {
      const expected = published.required_power_dbm[bits];
      for (const [index, rate] of published.required_power_dbm.rates_gs.entries()) {
        const { requiredPowerDbm: power, cut } = publishedReach(linkOf(organization, rate), Number(bits));
        if (expected[index] === null) expect(cut, `${bits} bits at ${rate} GS/s`).toBe('power-grid');
        else expect(power, `${bits} bits at ${rate} GS/s`).toBeCloseTo(expected[index]!, 6);
      }
    }
  });

  test('the cap of the sweep over N is said', () => {
    expect(publishedReach(linkOf('MAM', 1), 1)).toMatchObject({ tile: 159, cut: 'tile-grid' });
    expect(publishedReach(linkOf('MAM', 5), 1)).toMatchObject({ tile: 107, cut: null });
  });
});

describe('exact mode', () => {
  test('the ceilings as power grows', () => {
    const ceilings = [1, 3, 5, 10].map((rate) => ceilingBits(linkOf('MAM', rate)));
    expect(ceilings.map((bits) => bits.toFixed(2))).toEqual(['8.26', '7.47', '7.10', '6.60']);
    for (const [index, rate] of [1, 3, 5, 10].entries())
      expect(precisionBits(linkOf('MAM', rate), 120)).toBeCloseTo(ceilings[index]!, 9);
  });

  test('is infeasible where the intensity noise of the laser forbids the precision', () => {
    expect(exactReach(linkOf('MAM', 5), 8)).toEqual({
      bits: 8,
      requiredPowerDbm: null,
      tile: null,
      fractionalTile: null,
      infeasible: 'intensity-noise',
      cut: null
    });
    expect(exactReach(linkOf('AMM', 10), 7).infeasible).toBe('intensity-noise');
  });

  test('is infeasible where the light is too weak for one element, though published as 1', () => {
    const at7 = exactReach(linkOf('MAM', 5), 7);
    expect(at7).toMatchObject({ tile: null, infeasible: 'power' });
    expect(at7.requiredPowerDbm).toBeCloseTo(3.645, 3);
    expect(at7.fractionalTile).toBeLessThan(1);
    expect(exactReach(linkOf('AMM', 1), 8)).toMatchObject({ tile: null, infeasible: 'power' });
    expect(exactReach(linkOf('MAM', 1), 8)).toMatchObject({ tile: 1, infeasible: null });
  });

  test('both equations hold at what it finds, and one more element is too many', () => {
    const cases = fc.record({
      organization: fc.constantFrom(...organizations),
      rate: fc.double({ min: 0.1, max: 20, noNaN: true }),
      bits: fc.double({ min: 0.5, max: 7, noNaN: true }),
      laserPowerDbm: fc.double({ min: 0, max: 25, noNaN: true }),
      units: fc.constantFrom(null, 1, 4, 32)
    });
    fc.assert(
      fc.property(cases, ({ organization, rate, bits, laserPowerDbm, units }) => {
        const link = linkOf(organization, rate, { laserPowerDbm });
        const reach = exactReach(link, bits, units);
        if (reach.requiredPowerDbm === null) return bits >= ceilingBits(link) - 1e-9;
        expect(precisionBits(link, reach.requiredPowerDbm)).toBeCloseTo(bits, 8);
        const reached = (tile: number) => operatingPoint(link, { tile, units }).bits;
        if (reach.tile === null) return reached(1) < bits;
        const fraction = reach.fractionalTile!;
        expect(receivedPowerDbm(link, fraction, units ?? fraction)).toBeCloseTo(reach.requiredPowerDbm, 6);
        expect(Math.abs(reach.tile - fraction)).toBeLessThanOrEqual(1);
        return reached(reach.tile) >= bits - 1e-9 && reached(reach.tile + 1) < bits;
      }),
      { numRuns: 200 }
    );
  });

  test('grows with the laser and falls with bits and rate', () => {
    const reach = (bits: number, rate: number, laserPowerDbm: number) =>
      exactReach(linkOf('MAM', rate, { laserPowerDbm }), bits).fractionalTile!;
    expect(reach(4, 5, 13)).toBeGreaterThan(reach(4, 5, 10));
    expect(reach(4, 5, 10)).toBeGreaterThan(reach(5, 5, 10));
    expect(reach(4, 1, 10)).toBeGreaterThan(reach(4, 5, 10));
  });

  test('without light there is no precision, with a silent laser no ceiling', () => {
    expect(requiredPowerDbm(linkOf('MAM', 5, { relativeIntensityNoiseDbPerHz: -1e6 }), 16)).not.toBeNull();
    expect(precisionBits(linkOf('MAM', 5), -100)).toBeLessThan(0);
  });
});

test('the terms of the loss budget, as the scripts add them', () => {
  const terms = losses(linkOf('AMM', 5), 16, 8);
  expect(Object.fromEntries(terms.map(({ name, decibel }) => [name, Number(decibel.toFixed(6))]))).toEqual({
    split: 9.0309,
    waveguide: 0.576,
    coupler: 1.6,
    modulator: 4,
    modulatorsPassed: 0.15,
    splitter: 0.03,
    weightRing: 0.01,
    weightRingsPassed: 0.15,
    penalty: 5.8
  });
  const total = terms.reduce((sum, { decibel }) => sum + decibel, 0);
  expect(operatingPoint(linkOf('AMM', 5), { tile: 16, units: 8 }).receivedPowerDbm).toBeCloseTo(
    10 - total,
    12
  );
});

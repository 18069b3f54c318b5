import { expect, test } from 'vitest';
import fc from 'fast-check';
import { LinkSettings } from '../../../src/contract/index.ts';
import { sumDeviation } from '../../../src/main/simulation/accelerator/sum-noise.ts';
import {
  bitsOfRatio,
  noiseBandwidthHertz,
  noiseDensities,
  photocurrentAmpere,
  precisionBits
} from '../../../src/main/simulation/photonic/detector.ts';
import { linkNoise, noiseAtPower } from '../../../src/main/simulation/photonic/link-noise.ts';
import { operatingPoint } from '../../../src/main/simulation/photonic/operating-point.ts';

const link = LinkSettings.parse({});
const links = fc.record({
  rateGigasamplesPerSecond: fc.double({ min: 0.01, max: 50, noNaN: true }),
  relativeIntensityNoiseDbPerHz: fc.double({ min: -200, max: -100, noNaN: true }),
  loadOhm: fc.double({ min: 1, max: 1e5, noNaN: true }),
  darkCurrentAmpere: fc.double({ min: 0, max: 1e-6, noNaN: true })
});
const powers = fc.double({ min: -40, max: 20, noNaN: true });

test('at full scale the error is full scale over 10^((6.02 n + 1.76) / 20)', () => {
  fc.assert(
    fc.property(links, powers, (settings, powerDbm) => {
      const each = LinkSettings.parse(settings);
      const expected = 1 / 10 ** ((6.02 * precisionBits(each, powerDbm) + 1.76) / 20);
      const found = sumDeviation(noiseAtPower(each, powerDbm), 1);
      return Math.abs(found - expected) <= 1e-12 * expected;
    })
  );
});

test('of a sum of 0, the error is that of the formula without light: twice the second root', () => {
  fc.assert(
    fc.property(links, powers, (settings, powerDbm) => {
      const each = LinkSettings.parse(settings);
      const { dark, thermal } = noiseDensities(each, powerDbm);
      const unlit = 2 * Math.sqrt((dark + thermal) * noiseBandwidthHertz(each));
      const expected = unlit / photocurrentAmpere(each, powerDbm);
      const found = sumDeviation(noiseAtPower(each, powerDbm), 0);
      return Math.abs(found - expected) <= 1e-12 * expected;
    })
  );
});

test('shot and intensity noise share what light adds in the ratio of their terms', () => {
  for (const powerDbm of [-25, -14.4, -5, 3]) {
    const { shot, intensity } = noiseDensities(link, powerDbm);
    const noise = noiseAtPower(link, powerDbm);
    expect((noise.proportional / noise.shot) ** 2).toBeCloseTo(intensity / shot, 9);
  }
});

test('between 0 and full scale it is the formula with the light of the sum: to 3 %, to 13 % near the ceiling', () => {
  for (const powerDbm of [-30, -20, -10, -5, 0, 5, 10]) {
    const tolerance = powerDbm > -5 ? 0.13 : 0.03;
    const noise = noiseAtPower(link, powerDbm);
    for (let sum = 0.02; sum < 1; sum += 0.02) {
      const dimmer = powerDbm + 10 * Math.log10(sum);
      const formula = sum / 10 ** ((6.02 * precisionBits(link, dimmer) + 1.76) / 20);
      expect(Math.abs(sumDeviation(noise, sum) / formula - 1)).toBeLessThan(tolerance);
    }
  }
});

test('follows the losses of tile and units', () => {
  const point = operatingPoint(link, { tile: 22, units: 8 });
  expect(point.noise).toEqual(noiseAtPower(link, point.receivedPowerDbm));
  expect(linkNoise(link, 22, 8)).toEqual(point.noise);
  expect(linkNoise(link, 22, null)).toEqual(linkNoise(link, 22, 22));
  expect(bitsOfRatio(1 / point.noiseAtFullScale)).toBeCloseTo(point.bits, 10);
  expect(linkNoise(link, 44, null).additive).toBeGreaterThan(linkNoise(link, 22, null).additive);
});

test('a laser without intensity noise and a detector in the dark', () => {
  const silent = LinkSettings.parse({ relativeIntensityNoiseDbPerHz: -1e5 });
  expect(noiseAtPower(silent, -10).proportional).toBe(0);
  expect(noiseAtPower(silent, -10).shot).toBeGreaterThan(0);
});

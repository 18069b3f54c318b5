import type { LinkSettings, Reach } from '../../../contract/index.ts';
import { precisionBits } from './detector.ts';
import { drawnPowerDbm, totalLossDb } from './loss-budget.ts';

/** Received powers that the published scripts try, in dBm, by organization: from, and up to but not with, in steps of 0.1. */
const sweeps = { MAM: { from: -30, to: 2 }, AMM: { from: -35, to: 0 } } as const;
const stepDbm = 0.1;
const largestTile = 159;

/**
 * What the published scripts compute, grids included: the power of the sweep whose precision is nearest to the bits, then
 * the N from 1 to 159 whose loss budget, halved, is nearest to the laser's halved draw (20 dBm and 10 as published). Both grids
 * answer something where nothing is feasible; `cut` says where their end was taken. M is N.
 * Source: the scalability scripts of Photonic Reconfigurable Accelerators ... (CASES 2022).
 */
export function publishedReach(link: LinkSettings, bits: number): Reach {
  const { from, to } = sweeps[link.organization];
  const powers = Array.from(
    { length: Math.ceil((to - from) / stepDbm) },
    (_, index) => from + index * stepDbm
  );
  const at = nearest(powers.map((power) => precisionBits(link, power) - bits));
  const powerDbm = powers[at]!;
  const tiles = Array.from({ length: largestTile }, (_, index) => index + 1);
  const drawnDbm = drawnPowerDbm(link);
  const reached = nearest(tiles.map((tile) => (requiredDrawDbm(link, powerDbm, tile) - drawnDbm) / 2));
  const noPower = at === powers.length - 1;
  return {
    bits,
    requiredPowerDbm: powerDbm,
    tile: tiles[reached]!,
    fractionalTile: null,
    infeasible: null,
    cut: noPower ? 'power-grid' : reached === largestTile - 1 ? 'tile-grid' : null
  };
}

/** What the laser must draw for so much light at the detector, in dBm, with as many units as elements. */
function requiredDrawDbm(link: LinkSettings, powerDbm: number, tile: number): number {
  return totalLossDb(link, tile, tile) + powerDbm - 10 * Math.log10(link.wallPlugEfficiency);
}

/** The index of the smallest error; the first of equal ones. */
function nearest(errors: readonly number[]): number {
  let best = 0;
  for (const [index, error] of errors.entries()) {
    if (Math.abs(error) < Math.abs(errors[best]!)) best = index;
  }
  return best;
}

import type { LinkSettings, Reach } from '../../../contract/index.ts';
import { ceilingBits, precisionBits } from './detector.ts';
import { receivedPowerDbm } from './loss-budget.ts';

/** No laser and no detector is beyond these, in dBm. */
const weakestDbm = -200;
const strongestDbm = 200;
const largestTile = 65536;
/** Where bisection stops: dBm of the power, elements of the tile. */
const tolerance = 1e-10;

/**
 * The least light at the detector that gives a precision, by bisection to 1e-10 dBm: precisionBits grows with the power.
 * @returns dBm, or null where the laser's intensity noise forbids the precision at any power
 */
export function requiredPowerDbm(link: LinkSettings, bits: number): number | null {
  if (bits >= ceilingBits(link) || precisionBits(link, strongestDbm) < bits) return null;
  return firstWhere(weakestDbm, strongestDbm, (power) => precisionBits(link, power) >= bits);
}

/**
 * The largest tile at which a precision is reached: both equations of the link budget solved, to 1e-10.
 * @param units M where it is given; as many as the tile has elements where null
 */
export function exactReach(link: LinkSettings, bits: number, units: number | null = null): Reach {
  const required = requiredPowerDbm(link, bits);
  const none = { bits, requiredPowerDbm: required, tile: null, fractionalTile: null, cut: null } as const;
  if (required === null) return { ...none, infeasible: 'intensity-noise' };
  const tooMuch = (tile: number) => receivedPowerDbm(link, tile, units ?? tile) < required;
  if (!tooMuch(largestTile))
    return { ...none, tile: largestTile, fractionalTile: largestTile, infeasible: null, cut: 'tile-grid' };
  const fractionalTile = firstWhere(0, largestTile, tooMuch);
  // The budget may hold at a whole number exactly, which bisection misses by its tolerance.
  const near = Math.round(fractionalTile);
  const tile = !tooMuch(Math.max(near, 1)) ? near : Math.floor(fractionalTile);
  if (tile < 1) return { ...none, fractionalTile, infeasible: 'power' };
  return { ...none, tile, fractionalTile, infeasible: null };
}

/** Where a condition that becomes true and stays it does so, between `low` (false) and `high` (true). */
function firstWhere(low: number, high: number, holds: (value: number) => boolean): number {
  while (high - low > tolerance) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}

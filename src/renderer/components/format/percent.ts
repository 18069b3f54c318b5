import type { Proportion } from '../../../contract/index.ts';
import { signed } from '../../figures/signed.ts';

/** A proportion in percent, without the sign, for columns that have it in their header: 0.916 -> `91.6`. */
export function percentNumber(proportion: number, decimals = 1): string {
  return withMinus((proportion * 100).toFixed(decimals));
}

/** A proportion in percent: 0.916 -> `91.6 %`. */
export function formatPercent(proportion: number, decimals = 1): string {
  return `${percentNumber(proportion, decimals)} %`;
}

/** The 95 % interval of a proportion, without the sign: `90.3–92.7`. */
export function intervalNumbers(proportion: Pick<Proportion, 'low' | 'high'>, decimals = 1): string {
  return `${percentNumber(proportion.low, decimals)}–${percentNumber(proportion.high, decimals)}`;
}

/** A proportion with its 95 % interval: `91.6 % (90.3–92.7)`. */
export function formatProportion(proportion: Proportion, decimals = 1): string {
  return `${formatPercent(proportion.value, decimals)} (${intervalNumbers(proportion, decimals)})`;
}

/** A difference of two proportions in percentage points, always with its sign: `+1.2`, `−0.4`, `0.0`. */
export function pointsNumber(difference: number, decimals = 1): string {
  return signed(difference * 100, decimals);
}

/** The typographic minus, as wide as a plus; no minus before a rounded zero. */
function withMinus(text: string): string {
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

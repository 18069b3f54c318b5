import { BitlabError } from '../../../contract/index.ts';

/** Levels in rising order without duplicates, with their negatives where `signed`. @param levels not negative */
export function withSign(levels: readonly number[], signed: boolean): Float64Array {
  const all = signed ? [...levels, ...levels.map((level) => (level === 0 ? 0 : -level))] : levels;
  return Float64Array.from(new Set(all)).sort();
}

/** @throws BitlabError CONFIGURATION_BITS */
export function requireBits(bits: number, signed: boolean): void {
  if (!(Number.isInteger(bits) && bits >= (signed ? 2 : 1) && bits <= 16))
    throw new BitlabError('CONFIGURATION_BITS', { path: 'bits', value: bits });
}

import { randomBytes } from 'node:crypto';

/** Crockford's base 32, in lower case: sorts as its numbers do, without letters that look like digits. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

export type IdentifierPrefix =
  'model' | 'data' | 'measurement' | 'experiment' | 'run' | 'imported' | 'sensitivity' | 'export';

/**
 * Makes identifiers such as `run_01k5x8h2q3...`: 48 bits of time in milliseconds and 80 random bits, so that later ones
 * sort after earlier ones; within one millisecond the random part counts up.
 */
export function identifierSource(now: () => number): (prefix: IdentifierPrefix) => string {
  let lastTime = -1;
  let random = 0n;
  return (prefix) => {
    const time = Math.max(now(), lastTime);
    random = time === lastTime ? random + 1n : BigInt(`0x${randomBytes(10).toString('hex')}`) >> 1n;
    lastTime = time;
    return `${prefix}_${digits(BigInt(time), 10)}${digits(random, 16)}`;
  };
}

function digits(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest >>= 5n) text = alphabet[Number(rest & 31n)]! + text;
  return text;
}

import type { Wire64 } from './schema.ts';

/** A 64-bit integer from the wire, exactly. */
export function toBigInt(value: Wire64): bigint {
  const bits = (BigInt(value.high >>> 0) << 32n) | BigInt(value.low >>> 0);
  return value.unsigned ? bits : BigInt.asIntN(64, bits);
}

/** @param value from -2^63 to 2^64 - 1 */
export function toWire64(value: bigint | number): Wire64 {
  const bits = BigInt.asUintN(64, BigInt(value));
  return { low: Number(bits & 0xffffffffn) | 0, high: Number(bits >> 32n) | 0, unsigned: false };
}

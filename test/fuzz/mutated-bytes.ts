import fc from 'fast-check';
import { BitlabError } from '../../src/contract/index.ts';
import { guarded } from './guard.ts';

/** One change of a file, with places as fractions so that it fits files of any length. */
export type Mutation =
  | { readonly kind: 'set' | 'flip'; readonly at: number; readonly value: number }
  | { readonly kind: 'cut' | 'repeat' | 'zero'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array }
  | {
      readonly kind: 'integer';
      readonly at: number;
      readonly value: bigint;
      readonly width: 2 | 4 | 8;
      readonly littleEndian: boolean;
    }
  | { readonly kind: 'end'; readonly at: number };

/** Numbers next to which readers go wrong: signs, ends of 16, 31, 32, 53 and 63 bits. */
const edges = [
  0n,
  1n,
  127n,
  255n,
  0x7fffn,
  0xffffn,
  0x7fff_ffffn,
  0xffff_ffffn,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 64n - 1n
];

// A double would be evenly spread over exponents: nearly all of them next to zero.
const place = fc.integer({ min: 0, max: 2 ** 30 - 1 }).map((value) => value / 2 ** 30);
const length = fc.integer({ min: 1, max: 64 });

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('set' as const, 'flip' as const),
      at: place,
      value: fc.integer({ min: 1, max: 255 })
    })
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('cut' as const, 'repeat' as const, 'zero' as const),
      at: place,
      length
    })
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('insert' as const),
      at: place,
      bytes: fc.uint8Array({ minLength: 1, maxLength: 16 })
    })
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('integer' as const),
      at: place,
      value: fc.constantFrom(...edges),
      width: fc.constantFrom(2 as const, 4 as const, 8 as const),
      littleEndian: fc.boolean()
    })
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('end' as const), at: place }) }
);

/** A few changes. */
export const mutations = fc.array(mutation, { minLength: 1, maxLength: 4 });

/** A copy of a file with changes made one after another. */
export function mutatedBytes(original: Uint8Array, changes: readonly Mutation[]): Uint8Array {
  return changes.reduce(applied, Uint8Array.from(original));
}

function applied(bytes: Uint8Array, mutation: Mutation): Uint8Array {
  if (bytes.length === 0) return bytes;
  const at = Math.floor(mutation.at * bytes.length);
  switch (mutation.kind) {
    case 'set':
      bytes[at] = mutation.value;
      return bytes;
    case 'flip':
      bytes[at]! ^= mutation.value;
      return bytes;
    case 'zero':
      return bytes.fill(0, at, Math.min(at + mutation.length, bytes.length));
    case 'cut':
      return joined(bytes.subarray(0, at), bytes.subarray(at + mutation.length));
    case 'repeat':
      return joined(bytes.subarray(0, at + mutation.length), bytes.subarray(at));
    case 'insert':
      return joined(bytes.subarray(0, at), mutation.bytes, bytes.subarray(at));
    case 'integer': {
      const { value, width, littleEndian } = mutation;
      for (let i = 0; i < width && at + i < bytes.length; i++) {
        const shift = BigInt(8 * (littleEndian ? i : width - 1 - i));
        bytes[at + i] = Number((value >> shift) & 255n);
      }
      return bytes;
    }
    case 'end':
      return bytes.slice(0, at);
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** How many cases a fuzz test runs: BITLAB_FUZZ_CASES, or 500. The long run has 10,000. */
export const fuzzCases = Number(process.env.BITLAB_FUZZ_CASES ?? 500);
/** The same cases each time, unless BITLAB_FUZZ_SEED says otherwise: what fails elsewhere fails here, too. */
export const fuzzSeed = Number(process.env.BITLAB_FUZZ_SEED ?? 1);

export interface FuzzedReader {
  /** Real files, by name. Small ones: most of their bytes should be structure. */
  readonly originals: Readonly<Record<string, Uint8Array>>;
  /** Reads a mutated file to the end, as an import does. @param name of the original */
  read(bytes: Uint8Array, name: string): unknown;
}

/**
 * Shows a reader mutated files. Each must be read or refused by a BitlabError, within 5 s and 1 GB; anything else fails the
 * test, with the smallest mutation that still does it.
 * @returns outcome (`read`, or the error's code) -> how often it came
 */
export function fuzz({ originals, read }: FuzzedReader): Promise<ReadonlyMap<string, number>> {
  // By name: a failure prints what it was called with, and files are long.
  const names = fc.constantFrom(...Object.keys(originals));
  return outcomes(fc.tuple(names, mutations), ([name, changes]) =>
    read(mutatedBytes(originals[name]!, changes), name)
  );
}

/**
 * The same for cases of another kind.
 * @param cases small ones: they are printed @param cost how many times as long as a plain reader a case takes: so many fewer are run
 */
export async function outcomes<Case>(
  cases: fc.Arbitrary<Case>,
  read: (given: Case) => unknown,
  cost = 1
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  await guarded(async (watch) => {
    const property = fc.asyncProperty(cases, async (given) => {
      const outcome = await watch(describe(given), () => outcomeOf(() => read(given)));
      found.set(outcome, (found.get(outcome) ?? 0) + 1);
    });
    await fc.assert(property, { numRuns: Math.ceil(fuzzCases / cost), seed: fuzzSeed });
  });
  return found;
}

async function outcomeOf(read: () => unknown): Promise<string> {
  try {
    await read();
    return 'read';
  } catch (error) {
    if (error instanceof BitlabError) return error.code;
    throw error;
  }
}

const describe = (given: unknown) =>
  JSON.stringify(given, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));

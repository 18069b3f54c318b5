import { canonicalJson } from './canonical-json.ts';
import type { Configuration } from './configuration.ts';

/** Up to so many overrides are named; of more, the bits are listed in their order. */
const named = 4;

/**
 * What single layers do otherwise, in as few words as tell one design from another: `weights first 8, last 8`, or for many layers
 * `weights 8, 4 x 6, 3`, where overrides say nothing but bits; else as JSON.
 */
export function layersText(layers: Configuration['layers']): string {
  const overrides = Object.entries(layers);
  if (overrides.length === 0) return 'none';
  const onlyBits = overrides.every(([, { weights = {}, activations = {} }]) =>
    [weights, activations].every((changes) => Object.keys(changes).every((key) => key === 'bits'))
  );
  if (!onlyBits) return canonicalJson(layers);
  const parts = (['weights', 'activations'] as const).flatMap((part) => {
    const widths = overrides.flatMap(([name, override]) => {
      const bits = override[part]?.bits;
      return bits === undefined ? [] : [{ name, bits }];
    });
    if (widths.length === 0) return [];
    const list =
      overrides.length <= named
        ? widths.map(({ name, bits }) => `${name} ${bits}`).join(', ')
        : runLengths(widths.map(({ bits }) => bits));
    return [`${part} ${list}`];
  });
  return parts.join('; ');
}

/** `8, 4 x 2` for 8, 4, 4. */
function runLengths(bits: readonly number[]): string {
  const runs: { bits: number; count: number }[] = [];
  for (const each of bits) {
    const last = runs.at(-1);
    if (last?.bits === each) last.count++;
    else runs.push({ bits: each, count: 1 });
  }
  return runs.map((run) => (run.count === 1 ? String(run.bits) : `${run.bits} x ${run.count}`)).join(', ');
}

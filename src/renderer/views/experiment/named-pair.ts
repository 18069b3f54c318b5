import type { PairedTest, Run } from '../../../contract/index.ts';
import { levelOf } from '../../figures/accuracy-series.ts';
import { levelPhrase, levelText } from '../../figures/setting-names.ts';

/** A paired test in words: what both runs share, and in what they differ. */
export interface NamedPair {
  readonly test: PairedTest;
  readonly at: string;
  /** Sorts by what is shared: bits from high to low. */
  readonly order: string;
  readonly a: string;
  readonly b: string;
}

/** @param factors the factors of the experiment, as dotted paths */
export function namedPair(test: PairedTest, a: Run, b: Run, factors: readonly string[]): NamedPair {
  const floats = [a, b].filter((run) => run.configuration.arithmetic === 'float').length;
  const bothFloat = floats === 2;
  const paths = ['model', ...(bothFloat ? [] : factors)];
  // A float run has the default of every setting, which says nothing about what it shares with a quantized one.
  const same = (path: string) =>
    (floats !== 1 || path === 'model') &&
    JSON.stringify(levelOf(a, path)) === JSON.stringify(levelOf(b, path));
  const shared = paths.filter(same);
  const differing = paths.filter((path) => !same(path));
  const at = bothFloat ? ['float', ...phrases(a, shared)] : phrases(a, shared);
  return {
    test,
    at: at.join(', ') || 'all settings',
    order: shared.map((path) => sortKey(levelOf(a, path))).join(' '),
    a: phrases(a, differing).join(', '),
    b: phrases(b, differing).join(', ')
  };
}

/** Levels in words; equal bits of weights and activations are said once, a float run says only that. */
function phrases(run: Run, paths: readonly string[]): string[] {
  if (run.configuration.arithmetic === 'float') {
    const quantized = paths.some((path) => path !== 'model');
    return [...(paths.includes('model') ? [run.model] : []), ...(quantized ? ['float'] : [])];
  }
  const bits = ['weights.bits', 'activations.bits'];
  const { weights, activations } = run.configuration;
  const together = bits.every((path) => paths.includes(path)) && weights.bits === activations.bits;
  const rest = together ? paths.filter((path) => !bits.includes(path)) : paths;
  const words = rest.map((path) => levelPhrase(path, levelOf(run, path)));
  return together ? [...words, `${weights.bits} bits`] : words;
}

/** Numbers sort from high to low as text. */
function sortKey(level: unknown): string {
  return typeof level === 'number' ? String(1e6 - level).padStart(9, '0') : levelText(level);
}

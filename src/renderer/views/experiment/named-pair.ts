import type { Run } from '../../../contract/index.ts';
import { levelOf } from '../../figures/accuracy-series.ts';
import { levelPhrase, levelText } from '../../figures/setting-names.ts';

/** Two runs in words: what both share, and in what they differ. */
export interface NamedPair {
  readonly at: string;
  /** Sorts by what is shared: bits from high to low. */
  readonly order: string;
  readonly a: string;
  readonly b: string;
}

const isFloat = ({ configuration }: Run) => configuration.arithmetic === 'float';

/** @param factors the factors of the experiment, as dotted paths */
export function namedPair(a: Run, b: Run, factors: readonly string[]): NamedPair {
  const bothFloat = isFloat(a) && isFloat(b);
  const oneFloat = isFloat(a) !== isFloat(b);
  const paths = ['model', ...(bothFloat ? [] : factors)];
  // A float run has the default of every setting, which says nothing about what it shares with a quantized one.
  const same = (path: string) =>
    (!oneFloat || path === 'model') && JSON.stringify(levelOf(a, path)) === JSON.stringify(levelOf(b, path));
  const shared = paths.filter(same);
  const differing = paths.filter((path) => !same(path));
  const at = [...(bothFloat ? ['float'] : []), ...settingWords(a, shared)];
  const nameOf = (run: Run) =>
    oneFloat && isFloat(run)
      ? [
          ...settingWords(
            run,
            differing.filter((path) => path === 'model')
          ),
          'float'
        ].join(', ')
      : settingWords(run, differing).join(', ') || 'quantized';
  return {
    at: at.join(', ') || 'all settings',
    order: shared.map((path) => sortKey(levelOf(a, path))).join(' '),
    a: nameOf(a),
    b: nameOf(b)
  };
}

/** Levels in words; equal bits of weights and activations are said once. */
export function settingWords(run: Run, paths: readonly string[]): string[] {
  const bits = ['weights.bits', 'activations.bits'];
  const { weights, activations } = run.configuration;
  const together = bits.every((path) => paths.includes(path)) && weights.bits === activations.bits;
  const rest = together ? paths.filter((path) => !bits.includes(path)) : paths;
  const words = rest.map((path) => levelPhrase(path, levelOf(run, path)));
  if (!together) return words;
  const model = paths.includes('model') ? 1 : 0;
  return words.toSpliced(model, 0, `${weights.bits} bits`);
}

/** Numbers sort from high to low as text. */
function sortKey(level: unknown): string {
  return typeof level === 'number' ? String(1e6 - level).padStart(9, '0') : levelText(level);
}

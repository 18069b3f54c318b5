import type { ExperimentFile } from '../../../contract/index.ts';
import { fixedValue, withFixed } from './design-file.ts';
import { withSetting } from './with-setting.ts';

const prepare = 'prepare';

/** Whether a preparation is done in all runs. */
export function isPrepared(file: ExperimentFile, preparation: string): boolean {
  const chosen = fixedValue(file, prepare);
  return Array.isArray(chosen) && chosen.includes(preparation);
}

/** Switches a preparation on or off; the list keeps the order in which preparations are done. */
export function withPreparation(
  file: ExperimentFile,
  preparation: string,
  on: boolean,
  order: readonly string[]
): ExperimentFile {
  const chosen = order.filter((each) => (each === preparation ? on : isPrepared(file, each)));
  if (chosen.length === 0) return { ...file, fixed: withSetting(file.fixed, prepare, undefined) };
  return withFixed(file, prepare, ['fold-batch-norm', ...chosen]);
}

/** What keeps the ends of the network at 8 bits: what enters it, and the weights of the first and the last layer. */
const eightBits = [
  ['input', 'activations'],
  ['first', 'weights'],
  ['last', 'weights']
] as const;

type Layers = Readonly<Record<string, unknown>>;
const layersOf = (file: ExperimentFile): Layers => (file.fixed['layers'] ?? {}) as Layers;

const bitsOf = (layers: Layers, key: string, part: string): unknown =>
  (layers[key] as Record<string, { bits?: unknown }> | undefined)?.[part]?.bits;

export function endsAtEightBits(file: ExperimentFile): boolean {
  return eightBits.every(([key, part]) => bitsOf(layersOf(file), key, part) === 8);
}

/** Adds the overrides, or removes them; what else the overrides say stays. */
export function withEndsAtEightBits(file: ExperimentFile, on: boolean): ExperimentFile {
  let { fixed } = file;
  for (const [key, part] of eightBits)
    fixed = withSetting(fixed, `layers.${key}.${part}.bits`, on ? 8 : undefined);
  return { ...file, fixed };
}

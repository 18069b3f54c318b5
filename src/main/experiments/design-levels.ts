import type { AcceleratorPreset, ExperimentFile } from '../../contract/index.ts';
import { withValueAt } from '../../contract/setting-path.ts';
import { openedAccelerator, withPreset } from './presets.ts';

export type Level = ExperimentFile['factors'][string][number];

/** A copy of settings with one of them at a level; the short form of an accelerator is opened first, so that it is not lost. */
export function withLevel(settings: unknown, path: readonly string[], level: Level): unknown {
  if (path[0] !== 'accelerator' || path.length === 1) return withValueAt(settings, path, level);
  const { accelerator, ...others } = settings as Record<string, unknown>;
  return withValueAt({ ...others, accelerator: openedAccelerator(accelerator) }, path, level);
}

/** Settings with what an accelerator's preset says. */
export function resolved(settings: unknown, presets: readonly AcceleratorPreset[]): unknown {
  const { accelerator, ...others } = settings as Record<string, unknown>;
  return accelerator === undefined ? settings : { ...others, accelerator: withPreset(accelerator, presets) };
}

import type { ExperimentFile, ResolvedPreset } from '../../../contract/index.ts';
import { fixedValue, sameLevel, withFixed, withoutFactor } from './design-file.ts';

/** What was a factor becomes a fixed setting: as usual where that was among its levels, else with the first of them. */
export function withoutLevelsOf(
  file: ExperimentFile,
  path: string,
  presets: readonly ResolvedPreset[]
): ExperimentFile {
  const bare = withoutFactor(file, path);
  const usual = fixedValue(bare, path, presets);
  const levels = file.factors[path] ?? [];
  if (levels.some((level) => sameLevel(level, usual))) return bare;
  return withFixed(bare, path, levels[0]!, presets);
}

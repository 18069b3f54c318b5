import type { Advice, ExperimentFile } from '../../../contract/index.ts';
import { withFixed } from './design-file.ts';
import { withSetting } from './with-setting.ts';

/** A design with the setting that an advice names, or null where that varies on purpose or is there already. */
export function withAdvice(
  file: ExperimentFile,
  { setting }: Pick<Advice, 'setting'>
): ExperimentFile | null {
  const { path, value } = setting;
  if (path in file.factors) return null;
  if (path === 'data.calibrationSamples')
    return typeof value === 'number' ? { ...file, data: { ...file.data, calibrationSamples: value } } : null;
  if (value === null) return { ...file, fixed: withSetting(file.fixed, path, undefined) };
  return withFixed(file, path, value);
}

/** The setting of an advice as the address of the designer has it, `["weights.range","mse"]`; null for what is none. */
export function parsedAdvice(text: string): Advice['setting'] | null {
  try {
    const [path, value, ...rest] = JSON.parse(text) as unknown[];
    const isValue = value === null || typeof value === 'string' || typeof value === 'number';
    return typeof path === 'string' && isValue && rest.length === 0 ? { path, value } : null;
  } catch {
    return null;
  }
}

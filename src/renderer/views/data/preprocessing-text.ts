import type { Preprocessing } from '../../../contract/index.ts';
import { parseNumber, parseNumbers } from '../../components/number-list.ts';

/** Preprocessing as it is typed. */
export interface PreprocessingText {
  readonly scale: string;
  readonly mean: string;
  readonly std: string;
}

export type PresetName = 'none' | 'unit' | 'imagenet' | 'custom';

/** What most networks were trained with; `custom` is whatever else is typed. */
export const presets: Readonly<
  Record<Exclude<PresetName, 'custom'>, PreprocessingText & { readonly label: string }>
> = {
  none: { label: 'Pixels as they are (scale 1)', scale: '1', mean: '0', std: '1' },
  unit: { label: 'Pixels from 0 to 1 (scale 1/255)', scale: '1/255', mean: '0', std: '1' },
  imagenet: {
    label: 'ImageNet’s mean and deviation',
    scale: '1/255',
    mean: '0.485, 0.456, 0.406',
    std: '0.229, 0.224, 0.225'
  }
};

/** The preset that a text is, or `custom`. */
export function presetOf(text: PreprocessingText): PresetName {
  const names = Object.keys(presets) as (keyof typeof presets)[];
  const same = (name: keyof typeof presets) =>
    (['scale', 'mean', 'std'] as const).every((key) => presets[name][key] === text[key].trim());
  return names.find(same) ?? 'custom';
}

/** What is wrong with each of the three, in words; nothing where it can be used. */
export function preprocessingProblems(
  text: PreprocessingText
): Partial<Record<keyof PreprocessingText, string>> {
  const scale = parseNumber(text.scale);
  const mean = parseNumbers(text.mean);
  const std = parseNumbers(text.std);
  return {
    ...(scale === null || scale <= 0 ? { scale: 'A positive number, such as 1/255.' } : {}),
    ...(mean === null ? { mean: 'One number, or one for each channel.' } : {}),
    ...(std === null || std.some((value) => value <= 0)
      ? { std: 'One positive number, or one for each channel.' }
      : {})
  };
}

/** The preprocessing that a text without problems describes. */
export function preprocessingOf(text: PreprocessingText): Preprocessing {
  return {
    scale: parseNumber(text.scale) ?? 1,
    mean: parseNumbers(text.mean) ?? [0],
    std: parseNumbers(text.std) ?? [1]
  };
}

/** Preprocessing in a line: `x · 1/255 − (0.485, 0.456, 0.406), divided by (0.229, 0.224, 0.225)`. */
export function describePreprocessing({ scale, mean, std }: Preprocessing): string {
  const inverse = Math.round(1 / scale);
  const isInverse = scale < 1 && Math.abs(scale * inverse - 1) < 1e-12;
  const parts = [
    scale === 1 ? 'x' : `x · ${isInverse ? `1/${inverse}` : scale}`,
    ...(mean.every((value) => value === 0) ? [] : [`minus ${list(mean)}`]),
    ...(std.every((value) => value === 1) ? [] : [`divided by ${list(std)}`])
  ];
  return parts.length === 1 && scale === 1 ? 'none' : parts.join(', ');
}

const list = (values: readonly number[]) =>
  values.length === 1 ? String(values[0]) : `(${values.join(', ')})`;

import {
  preprocessingPresetNames,
  preprocessingPresets,
  type DatasetFormat,
  type Preprocessing,
  type PreprocessingPresetName
} from '../../../contract/index.ts';
import { parseNumber, parseNumbers } from '../../components/number-list.ts';

/** Preprocessing as it is typed. */
export interface PreprocessingText {
  readonly channels: 'stored' | 'rgb' | 'bgr' | 'grey';
  /** Empty for none: the shorter side, or height and width. */
  readonly resize: string;
  readonly filter: 'bilinear' | 'bicubic';
  /** Empty for none: one size, or height and width. */
  readonly crop: string;
  readonly scale: string;
  readonly mean: string;
  readonly std: string;
}

export type PresetName = PreprocessingPresetName | 'custom';

/** What most networks were trained with, as it would be typed. */
export const presets = Object.fromEntries(
  preprocessingPresetNames.map((name) => [name, textOf(preprocessingPresets[name].preprocessing)])
) as Readonly<Record<PreprocessingPresetName, PreprocessingText>>;

/** What is usual for data of a format, until something else is chosen. */
export const usualPreset: Readonly<Record<DatasetFormat, PreprocessingPresetName>> = {
  npz: 'unit',
  npy: 'unit',
  idx: 'mnist',
  'cifar-10': 'cifar10',
  'cifar-100': 'cifar100',
  folder: 'imagenet',
  csv: 'imagenet'
};

function textOf({ channels, resize, centreCrop, scale, mean, std }: Preprocessing): PreprocessingText {
  return {
    channels: channels ?? 'stored',
    resize: resize === undefined ? '' : sizeText(resize.size),
    filter: resize?.filter ?? 'bilinear',
    crop: centreCrop === undefined ? '' : sizeText(centreCrop),
    scale: isInverse(scale) ? `1/${Math.round(1 / scale)}` : String(scale),
    mean: mean.join(', '),
    std: std.join(', ')
  };
}

/** The preset that a text is, or `custom`. */
export function presetOf(text: PreprocessingText): PresetName {
  const keys = ['channels', 'resize', 'filter', 'crop', 'scale', 'mean', 'std'] as const;
  const same = (name: PreprocessingPresetName) =>
    keys.every((key) => presets[name][key] === text[key].trim());
  return preprocessingPresetNames.find(same) ?? 'custom';
}

/** What is wrong with each of the fields, in words; nothing where it can be used. */
export function preprocessingProblems(
  text: PreprocessingText
): Partial<Record<keyof PreprocessingText, string>> {
  const scale = parseNumber(text.scale);
  const mean = parseNumbers(text.mean);
  const std = parseNumbers(text.std);
  const isSize = (size: string) => size.trim() === '' || parseSize(size) !== null;
  return {
    ...(isSize(text.resize) ? {} : { resize: 'Empty, 256, or 224 x 320.' }),
    ...(isSize(text.crop) ? {} : { crop: 'Empty, 224, or 224 x 320.' }),
    ...(scale === null || scale <= 0 ? { scale: 'A positive number, such as 1/255.' } : {}),
    ...(mean === null ? { mean: 'One number, or one for each channel.' } : {}),
    ...(std === null || std.some((value) => value <= 0)
      ? { std: 'One positive number, or one for each channel.' }
      : {})
  };
}

/** The preprocessing that a text without problems describes. */
export function preprocessingOf(text: PreprocessingText): Preprocessing {
  const size = parseSize(text.resize);
  const centreCrop = parseSize(text.crop);
  return {
    ...(text.channels === 'stored' ? {} : { channels: text.channels }),
    ...(size === null ? {} : { resize: { size, filter: text.filter } }),
    ...(centreCrop === null ? {} : { centreCrop }),
    scale: parseNumber(text.scale) ?? 1,
    mean: parseNumbers(text.mean) ?? [0],
    std: parseNumbers(text.std) ?? [1]
  };
}

/** `256`, or `224 x 320` for height and width; null where it is neither. */
function parseSize(text: string): number | [number, number] | null {
  const parts = text.split(/[x×,]/).map((part) => Number(part.trim() || Number.NaN));
  if (!parts.every((part) => Number.isInteger(part) && part >= 1 && part <= 4096)) return null;
  const [height, width] = parts;
  if (parts.length > 2) return null;
  return width === undefined ? height! : [height!, width];
}

function sizeText(size: number | readonly number[]): string {
  return typeof size === 'number' ? String(size) : size.join(' x ');
}

function isInverse(scale: number): boolean {
  return scale < 1 && Math.abs(scale * Math.round(1 / scale) - 1) < 1e-12;
}

/** Preprocessing in a line: `rgb, resized to 256, cropped to 224, x · 1/255, minus (0.485, 0.456, 0.406), divided by (…)`. */
export function describePreprocessing({
  channels,
  resize,
  centreCrop,
  scale,
  mean,
  std
}: Preprocessing): string {
  const pixels = [
    ...(channels === undefined ? [] : [channels]),
    ...(resize === undefined
      ? []
      : [`resized to ${sizeText(resize.size)}${resize.filter === 'bicubic' ? ' (bicubic)' : ''}`]),
    ...(centreCrop === undefined ? [] : [`cropped to ${sizeText(centreCrop)}`])
  ];
  const values = [
    scale === 1 ? 'x' : `x · ${isInverse(scale) ? `1/${Math.round(1 / scale)}` : scale}`,
    ...(mean.every((value) => value === 0) ? [] : [`minus ${list(mean)}`]),
    ...(std.every((value) => value === 1) ? [] : [`divided by ${list(std)}`])
  ];
  const parts = [...pixels, ...(values.length === 1 && scale === 1 ? [] : values)];
  return parts.length === 0 ? 'none' : parts.join(', ');
}

const list = (values: readonly number[]) =>
  values.length === 1 ? String(values[0]) : `(${values.join(', ')})`;

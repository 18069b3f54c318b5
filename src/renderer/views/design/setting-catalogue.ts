import { defaultConfiguration } from '../../../contract/index.ts';
import { settingAt } from '../../figures/setting-at.ts';

/** What a setting can be set to: a word, a number or a switch. */
export type SettingValue = string | number | boolean;

/** One setting as the designer offers it. Its name is that of figures/setting-names.ts. */
export interface Setting {
  readonly path: string;
  readonly group: 'computation' | 'weights' | 'activations';
  readonly choices: readonly SettingValue[];
  /** What it does, in one or two sentences. */
  readonly about: string;
  /** Whether other whole numbers than the choices may be given, from 2 to 65,536. */
  readonly open?: boolean;
}

const ranges = ['minmax', 'moving-average', 'histogram', 'mse'] as const;

/** Every setting that has more than one value, but for the bit widths, which have a control of their own. */
export const settings: readonly Setting[] = [
  {
    path: 'arithmetic',
    group: 'computation',
    choices: ['integer', 'simulated', 'float'],
    about:
      'integer computes with integer codes and 32-bit sums; simulated rounds to the same codes but computes in float32, as PyTorch’s FakeQuantize does; float quantizes nothing.'
  },
  {
    path: 'bias',
    group: 'computation',
    choices: ['int32', 'float'],
    about: 'int32 rounds the bias to a multiple of activation scale × weight scale; float keeps it.'
  },
  {
    path: 'quantizeOutput',
    group: 'computation',
    choices: [false, true],
    about: 'Whether the logits are quantized too, as PyTorch’s FX mode does.'
  },
  {
    path: 'weights.scheme',
    group: 'weights',
    choices: ['symmetric', 'affine'],
    about: 'symmetric has zero in the middle; affine moves the zero point to use the whole range.'
  },
  {
    path: 'weights.storage',
    group: 'weights',
    choices: ['signed', 'unsigned'],
    about: 'Whether codes start below zero (−128 to 127 at 8 bits) or at zero (0 to 255).'
  },
  {
    path: 'weights.granularity',
    group: 'weights',
    choices: ['channel', 'tensor'],
    about: 'One scale for each output channel, or one for the whole tensor.'
  },
  {
    path: 'weights.range',
    group: 'weights',
    choices: ranges,
    about:
      'How the range is found: minmax keeps every value; histogram and mse cut off what costs less than finer steps gain.'
  },
  {
    path: 'weights.narrow',
    group: 'weights',
    choices: [false, true],
    about: 'Leaves out the lowest code, so that codes are symmetric around zero: −127 to 127 at 8 bits.'
  },
  {
    path: 'weights.reduceRange',
    group: 'weights',
    choices: [false, true],
    about: 'Uses one bit less, which older processors need so that pairs of products fit into 16 bits.'
  },
  {
    path: 'activations.scheme',
    group: 'activations',
    choices: ['affine', 'symmetric'],
    about: 'affine moves the zero point to use the whole range; symmetric keeps zero in the middle.'
  },
  {
    path: 'activations.storage',
    group: 'activations',
    choices: ['unsigned', 'signed'],
    about: 'Whether codes start at zero or below it.'
  },
  {
    path: 'activations.observer',
    group: 'activations',
    choices: ['histogram', 'minmax', 'moving-average', 'mse'],
    about:
      'How the range is found from the calibration samples: histogram is PyTorch’s search; mse minimizes the squared error; minmax keeps every value; moving-average follows the batches.'
  },
  {
    path: 'activations.destinationLevels',
    group: 'activations',
    choices: ['auto', 256],
    open: true,
    about:
      'How many levels the histogram’s search assumes. auto is 2 to the power of the bits; PyTorch always takes 256, which costs accuracy below 8 bits.'
  },
  {
    path: 'activations.dialect',
    group: 'activations',
    choices: ['torch', 'torch-1.13'],
    about: 'Which PyTorch the histogram follows: the one since mid-2024, or 1.13.1 to the bit.'
  },
  {
    path: 'activations.reduceRange',
    group: 'activations',
    choices: [false, true],
    about: 'Uses one bit less of the codes.'
  }
];

/** The value that a setting has where a design does not say otherwise. */
export function usualValue(path: string): unknown {
  return settingAt(defaultConfiguration, path);
}

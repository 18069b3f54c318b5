import type { Setting, SettingValue } from './setting-catalogue.ts';

const inAccelerator = { path: 'arithmetic', values: ['accelerator'] } as const;

function setting(
  path: string,
  choices: readonly SettingValue[],
  about: string,
  more: Partial<Setting> = {}
): Setting {
  return {
    path: `accelerator.${path}`,
    group: 'accelerator',
    choices,
    usual: choices[0]!,
    only: inAccelerator,
    about,
    ...more
  };
}

const sigma = { open: true, limits: { min: 0, max: 10, step: 'any' } } as const;
const sigmas = [0, 0.003, 0.01, 0.03, 0.1] as const;

/**
 * The settings of hardware that the designer offers; the file has them all. The first choice is that of ideal hardware; where a
 * preset is named, what is usual is what it says.
 */
export const acceleratorSettings: readonly Setting[] = [
  setting(
    'preset',
    [null, 'holylight-mam', 'deap-cnn-amm', 'aihwkit-tile', 'cross-sim-crossbar', 'ideal'],
    'Hardware from the literature, whose settings hold wherever those below say nothing else: HolyLight (DATE 2019), DEAP-CNN (JSTQE 2020), aihwkit (AICAS 2021), CrossSim (CAS Magazine 2022). docs/presets.md has their sources.'
  ),
  setting(
    'tile',
    [64, 16, 22, 32, 128, 256, 512],
    'N: the products that are added in the analog domain, one wavelength or cell each. What is longer becomes partial sums.',
    { open: true, limits: { min: 1, max: 65536, step: 1 } }
  ),
  setting(
    'reduction',
    ['channel-innermost', 'kernel-innermost'],
    'Which products of a convolution share a tile: the channels of a pixel, or the pixels of a channel.'
  ),
  setting(
    'slicing.activations',
    [null, 4, 2, 1],
    'Bits of a slice of an activation; the passes are all pairs of slices, recombined by shifts (ISAAC, Shafiee et al., ISCA 2016).'
  ),
  setting(
    'slicing.weights',
    [null, 4, 2, 1],
    'Bits of a slice of a weight (ISAAC, Shafiee et al., ISCA 2016).'
  ),
  setting(
    'signs',
    ['differential', 'differential-digital', 'offset'],
    'Weights below zero: two rails subtracted before the ADC, two rails with an ADC each, or an offset that is subtracted digitally (Xiao et al., CAS Magazine 2022).'
  ),
  setting(
    'weightReach',
    [1, 0.92],
    'The share of the weights’ full scale that a device reaches; extinction leaves real rings about 0.92 (TorchONN).',
    { open: true, limits: { min: 0.01, max: 1, step: 'any' } }
  ),
  setting(
    'adc.bits',
    ['ideal', 12, 10, 9, 8, 7, 6, 5, 4, 3],
    'Bits of the converter that reads the sum of a tile: noise comes first, then it clips, then it rounds. ideal passes sums through.'
  ),
  setting(
    'adc.range',
    ['full-scale', 'calibrated'],
    'Its ends: the largest sum that can be, or what the sums of calibration pictures need in each layer (Xiao et al., CAS Magazine 2022).'
  ),
  setting('adc.rounding', ['nearest', 'floor'], 'To the nearest level, or to the one below as in NeuroSim.'),
  setting(
    'noise.output',
    sigmas,
    'Standard deviation of an additive error of each sum, in units of a tile’s full scale (aihwkit’s output noise).',
    sigma
  ),
  setting(
    'noise.outputProportional',
    sigmas,
    'Standard deviation of an error in proportion to each sum.',
    sigma
  ),
  setting(
    'noise.input',
    sigmas,
    'Standard deviation of an additive error of each activation at each use, in units of its largest code.',
    sigma
  ),
  setting(
    'noise.weight',
    sigmas,
    'Read noise: standard deviation of an additive error of each weight at each use, in units of its largest code (CrossSim).',
    sigma
  ),
  setting(
    'noise.weightProportional',
    sigmas,
    'Read noise in proportion to each weight, G (1 + N(0, σ)) (CrossSim).',
    sigma
  ),
  setting(
    'noise.programming',
    sigmas,
    'Standard deviation of an error of each weight that is drawn once for each run, G + N(0, σ) (CrossSim).',
    sigma
  ),
  setting(
    'link.organization',
    ['MAM', 'AMM'],
    'The order in which light passes: modulate, aggregate, modulate (HolyLight) or aggregate, modulate, modulate (DEAP-CNN).'
  ),
  setting(
    'link.rateGigasamplesPerSecond',
    [5, 1, 3, 10],
    'Sums for each second and detector, in 10⁹ per second. A faster detector collects more noise (Al-Qadasi et al., APL Photonics 2022, Eq. 8).',
    { open: true, limits: { min: 0.001, max: 1000, step: 'any' } }
  ),
  setting(
    'link.laserPowerDbm',
    [10, 13, 16, 20],
    'Light of the laser of each wavelength, in dBm. More light, less noise, up to the laser’s own (Al-Qadasi et al., APL Photonics 2022).',
    { open: true, limits: { min: -100, max: 100, step: 'any' } }
  )
];

import { defaultConfiguration, type ResolvedPreset } from '../../../contract/index.ts';
import { settingAt } from '../../figures/setting-at.ts';
import { acceleratorSettings } from './accelerator-catalogue.ts';

/** What a setting can be set to: a word, a number, a switch, or null for none. */
export type SettingValue = string | number | boolean | null;

/** One setting as the designer offers it. Its name is that of figures/setting-names.ts. */
export interface Setting {
  readonly path: string;
  readonly group: 'computation' | 'accelerator' | 'weights' | 'activations';
  readonly choices: readonly SettingValue[];
  /** What it does, in one or two sentences. */
  readonly about: string;
  /** Whether other numbers than the choices may be given: whole ones from 2 to 65,536, unless limits say otherwise. */
  readonly open?: boolean;
  readonly limits?: { readonly min: number; readonly max: number; readonly step: 1 | 'any' };
  /** What it is where a design does not say, for settings that the configuration leaves out. */
  readonly usual?: SettingValue;
  /** Offered only where another setting has, or may have, one of these values. */
  readonly only?: { readonly path: string; readonly values: readonly SettingValue[] };
}

const ranges = ['minmax', 'moving-average', 'histogram', 'percentile', 'mse', 'entropy'] as const;

/** Every setting that has more than one value, but for the bit widths, which have a control of their own. */
export const settings: readonly Setting[] = [
  {
    path: 'arithmetic',
    group: 'computation',
    choices: ['integer', 'simulated', 'float', 'accelerator'],
    about:
      'integer computes with integer codes and 32-bit sums; simulated rounds to the same codes but computes in float32, as PyTorch’s FakeQuantize does; float quantizes nothing; accelerator computes the integer codes on hardware whose sums carry errors.'
  },
  {
    path: 'bias',
    group: 'computation',
    choices: ['int32', 'float'],
    about: 'int32 rounds the bias to a multiple of activation scale × weight scale; float keeps it.'
  },
  {
    path: 'accumulator.bits',
    group: 'computation',
    choices: [32, 24, 20, 18, 17, 16],
    open: true,
    about:
      'Bits of the register in which the products of a layer are added up, 8 to 32; only in integer arithmetic.'
  },
  {
    path: 'accumulator.overflow',
    group: 'computation',
    choices: ['wrap', 'saturate'],
    about:
      'What becomes of a sum that does not fit: with wrap it wraps as two’s complement does (Ni et al., WrapNet, ICLR 2021), with saturate it stays at the limit.'
  },
  {
    path: 'accumulator.check',
    group: 'computation',
    choices: ['each-addition', 'per-tile'],
    about: 'Whether the register takes every product, or exact sums of 64 of them.'
  },
  {
    path: 'accumulator.products',
    group: 'computation',
    choices: ['exact', 'avx2-pairs'],
    about:
      'avx2-pairs: neighbouring products saturate at 16 bits when they are added, as on x86 processors without VNNI.'
  },
  {
    path: 'requantization',
    group: 'computation',
    choices: ['onnx', 'qnnpack', 'gemmlowp'],
    about:
      'How sums become codes. onnx: a float factor, rounding to even, then the zero point (ONNX QLinearConv, 2019). qnnpack: the same with the bias among the integers (Dukhan et al., QNNPACK, 2018). gemmlowp: a fixed-point factor and a shift (Jacob et al., CVPR 2018).'
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
    about:
      'symmetric has zero in the middle; affine moves the zero point to use the whole range (Jacob et al., CVPR 2018).'
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
    choices: ['channel', 'tensor', 'group'],
    about:
      'What shares a scale. channel: the weights of an output channel (Krishnamoorthi, 2018). tensor: all of a layer (Jacob et al., CVPR 2018). group: neighbouring input channels of an output channel (Shen et al., Q-BERT, AAAI 2020). Groups need simulated arithmetic and a float bias.'
  },
  {
    path: 'weights.groupSize',
    group: 'weights',
    choices: [64, 16, 32, 128, 256],
    usual: 64,
    only: { path: 'weights.granularity', values: ['group'] },
    about: 'Input channels in a group; it has to divide those of every layer, or layers get an override.'
  },
  {
    path: 'weights.grid',
    group: 'weights',
    choices: ['uniform', 'powers-of-two', 'apot', 'float', 'codebook'],
    about:
      'Which values weights can take. uniform: whole multiples of the scale. powers-of-two: 0 and ±2⁻ᵏ, so that products are shifts (Miyashita et al., 2016). apot: sums of powers of two (Li et al., ICLR 2020). float: minifloats (OCP 8-bit Floating Point 1.0 and Microscaling Formats 1.0, 2023). codebook: levels of your own, from a CSV (Han et al., Deep Compression, ICLR 2016). All but uniform need simulated arithmetic and a float bias.'
  },
  {
    path: 'weights.floatFormat',
    group: 'weights',
    choices: ['e4m3', 'e5m2', 'e3m2', 'e2m3', 'e2m1', 'e2m0'],
    usual: 'e4m3',
    only: { path: 'weights.grid', values: ['float'] },
    about:
      'Exponent and mantissa bits of the minifloat, beside its sign; they take the place of the bit width.'
  },
  {
    path: 'weights.rounding',
    group: 'weights',
    choices: ['nearest', 'adaround', 'gptq'],
    about:
      'How a weight goes to one of its levels. nearest: to the nearest. adaround: learns up or down for each weight so that the layer’s output changes least (Nagel et al., ICML 2020). gptq: rounds input after input and makes up for each error with the weights that are left (Frantar et al., ICLR 2023).'
  },
  {
    path: 'weights.iterations',
    group: 'weights',
    choices: [1000, 500, 2000, 5000],
    usual: 1000,
    open: true,
    only: { path: 'weights.rounding', values: ['adaround'] },
    about: 'Steps of AdaRound for each layer.'
  },
  {
    path: 'weights.compensation',
    group: 'weights',
    choices: [0.5, 0, 0.25, 0.75, 1],
    usual: 0.5,
    only: { path: 'weights.rounding', values: ['adaround', 'gptq'] },
    about:
      'How much of the error that reaches a layer its rounding makes up for: 1 aims at the output of the float network (Nagel et al., ICML 2020, asymmetric reconstruction), 0 at what the layer’s own weights make of its inputs (Frantar et al., ICLR 2023). With few calibration samples the whole way fits those samples alone.'
  },
  {
    path: 'weights.actOrder',
    group: 'weights',
    choices: [true, false],
    usual: true,
    only: { path: 'weights.rounding', values: ['gptq'] },
    about:
      'Whether GPTQ rounds the inputs with the largest Hessian first (act-order in the authors’ program; an order was first chosen by Frantar, Singh and Alistarh, OBC, NeurIPS 2022).'
  },
  {
    path: 'weights.range',
    group: 'weights',
    choices: ranges,
    about:
      'How the range is found. minmax keeps every value; moving-average is the same for weights, which are seen once; percentile keeps all but a share (Wu et al., 2020); histogram is PyTorch’s L2 search (HistogramObserver, 2019); mse minimizes the squared error (Li et al., BRECQ, ICLR 2021); entropy loses the least information (Migacz, GTC 2017).'
  },
  {
    path: 'weights.percentile',
    group: 'weights',
    choices: [99.99, 99.9, 99, 100],
    usual: 99.99,
    only: { path: 'weights.range', values: ['percentile'] },
    about: 'The share of the weights that each end of the range keeps, in per cent.'
  },
  {
    path: 'weights.exponent',
    group: 'weights',
    choices: [2, 2.4, 3, 4],
    usual: 2,
    only: { path: 'weights.range', values: ['mse'] },
    about:
      'The power of the error that mse minimizes: larger ones cut off less (2.4 in the code of Li et al., BRECQ, ICLR 2021, and Frantar & Alistarh, OBC, NeurIPS 2022).'
  },
  {
    path: 'weights.powerOfTwoScale',
    group: 'weights',
    choices: [false, true],
    about: 'Raises each scale to a power of two, so that rescaling is a shift (Jain et al., TQT, MLSys 2020).'
  },
  {
    path: 'weights.narrow',
    group: 'weights',
    choices: [false, true],
    about:
      'Leaves out the lowest code, so that codes are symmetric around zero: −127 to 127 at 8 bits (Jacob et al., CVPR 2018).'
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
    choices: ['unsigned', 'signed', 'auto'],
    about:
      'Whether codes start at zero or below it. auto: unsigned from zero behind a Relu and wherever nothing negative was observed, signed elsewhere.'
  },
  {
    path: 'activations.grid',
    group: 'activations',
    choices: ['uniform', 'powers-of-two', 'apot', 'float', 'codebook'],
    usual: 'uniform',
    about:
      'Which values activations can take. uniform: whole multiples of the scale. powers-of-two (Miyashita et al., 2016), apot, their sums (Li et al., ICLR 2020), float, minifloats (OCP Microscaling Formats 1.0, 2023), and codebook, levels of your own, are as with weights; they need simulated arithmetic, a float bias, symmetric scheme, storage auto or signed, and the observer mse, minmax, moving-average or percentile.'
  },
  {
    path: 'activations.floatFormat',
    group: 'activations',
    choices: ['e4m3', 'e5m2', 'e3m2', 'e2m3', 'e2m1', 'e2m0'],
    usual: 'e4m3',
    only: { path: 'activations.grid', values: ['float'] },
    about:
      'Exponent and mantissa bits of the minifloat, beside its sign; they take the place of the bit width.'
  },
  {
    path: 'activations.observer',
    group: 'activations',
    choices: ['histogram', 'minmax', 'moving-average', 'percentile', 'mse', 'entropy', 'output-error'],
    about:
      'How the range is found from the calibration samples. histogram is PyTorch’s L2 search (HistogramObserver, 2019); minmax keeps every value; moving-average follows the batches (Jacob et al., CVPR 2018); percentile keeps all but a share (Wu et al., 2020); mse minimizes the squared error (Li et al., BRECQ, ICLR 2021); entropy loses the least information (Migacz, GTC 2017); output-error makes small what all ranges together do to the network’s output, which takes a minute (after Nahshan et al., LAPQ, Machine Learning 2021).'
  },
  {
    path: 'activations.percentile',
    group: 'activations',
    choices: [99.99, 99.9, 99, 100],
    usual: 99.99,
    only: { path: 'activations.observer', values: ['percentile'] },
    about: 'The share of the values that each end of the range keeps, in per cent.'
  },
  {
    path: 'activations.exponent',
    group: 'activations',
    choices: [2, 2.4, 3, 4],
    usual: 2,
    only: { path: 'activations.observer', values: ['mse', 'output-error'] },
    about:
      'The power of the error that mse minimizes: larger ones cut off less (2.4 in the code of Li et al., BRECQ, ICLR 2021).'
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
    choices: ['torch', 'torch-1.13', 'fused'],
    about:
      'Which PyTorch is followed: the one since mid-2024, 1.13.1 to the bit, or fused, the scale and zero point of its FusedMovingAvgObsFakeQuantize.'
  },
  {
    path: 'activations.reduceRange',
    group: 'activations',
    choices: [false, true],
    about: 'Uses one bit less of the codes.'
  },
  {
    path: 'activations.powerOfTwoScale',
    group: 'activations',
    choices: [false, true],
    about: 'Raises each scale to a power of two, so that rescaling is a shift (Jain et al., TQT, MLSys 2020).'
  },
  ...acceleratorSettings
];

/**
 * The value that a setting has where a design does not say otherwise.
 * @param preset the one that the design's accelerator names
 */
export function usualValue(path: string, preset?: ResolvedPreset): unknown {
  const [group = '', ...rest] = path.split('.');
  if (group === 'accelerator' && preset !== undefined && rest[0] !== 'preset')
    return settingAt(preset.resolved, rest.join('.'));
  return settingAt(defaultConfiguration, path) ?? settings.find((setting) => setting.path === path)?.usual;
}

/** What is done to the network itself, in this order, with a sentence and its source for each. */
export const preparations = [
  {
    value: 'cross-layer-equalization',
    label: 'Cross-layer equalization',
    about:
      'Before calibration: rescales channels between neighbouring layers so that their weights have equal ranges; the float network stays the same (Nagel et al., ICCV 2019).'
  },
  {
    value: 'bias-correction',
    label: 'Bias correction',
    about:
      'After rounding: takes what the weights’ rounding errors do to the mean of each output channel out of its bias (Nagel et al., ICCV 2019, with mean inputs from the calibration samples).'
  }
] as const;

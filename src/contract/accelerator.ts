import { z } from 'zod';
import { LinkSettings } from './light-link.ts';
import type { SettingNotes } from './setting-notes.ts';

/** A SHA-256 in lower-case hexadecimal, or the name of an imported measurement, which planning replaces by its hash. */
const Measurement = z.string().min(1).max(120);
const sigma = () => z.number().min(0).default(0);
const positive = () => z.number().positive();

/** The bits that a converter carries; an operand of more is cut into slices. */
const SliceBits = z.int().min(1).max(16).nullable();

/** A digital-to-analog converter that sets one operand. */
export const ConverterSettings = z.strictObject({
  bits: z
    .int()
    .min(1)
    .max(16)
    .nullable()
    .default(null)
    .describe(
      'Bits of the converter, at least those of a slice; null has as many levels as the slice has codes.'
    )
    .meta({ unit: 'bits' } satisfies SettingNotes),
  nonlinearity: z
    .number()
    .min(-0.5)
    .max(0.5)
    .default(0)
    .describe(
      'Integral nonlinearity: the largest deviation from a straight line, in the middle of the range.'
    )
    .meta({ unit: 'full scale' } satisfies SettingNotes),
  transfer: Measurement.nullable()
    .default(null)
    .describe('An imported transfer table (code, value) that takes the place of the straight line.')
});

/** What latency, energy and area are counted with, beyond what the other settings say. */
export const CostSettings = z.strictObject({
  arrays: z
    .int()
    .min(1)
    .max(65536)
    .default(1)
    .describe('Arrays of `tile` elements by `units` that work side by side.'),
  tuning: z
    .enum(['electro-optic', 'thermo-optic'])
    .default('electro-optic')
    .describe('How rings are set to a weight: 80 uW and 20 ns, or 27.5 mW and 4 us.'),
  adcPowerMilliwatt: positive()
    .nullable()
    .default(null)
    .describe('Power of an ADC; null is that of the published ADC for the rate of the link.')
    .meta({ unit: 'mW' } satisfies SettingNotes),
  adcAreaSquareMillimetre: z
    .number()
    .min(0)
    .nullable()
    .default(null)
    .describe('Area of an ADC; null is that of the published ADC for the rate of the link.')
    .meta({ unit: 'mm²' } satisfies SettingNotes)
});

/**
 * The hardware of arithmetic `accelerator`: one dot-product unit, stage by stage in the order in which signals pass. Errors
 * are standard deviations in units of the full scale of their stage: an operand's largest code, or the largest sum of a tile.
 */
export const AcceleratorSettings = z.strictObject({
  preset: z
    .string()
    .min(1)
    .max(120)
    .nullable()
    .default(null)
    .describe(
      'The preset that these settings began with; what is named beside it takes the place of its own.'
    ),
  tile: z
    .int()
    .min(1)
    .max(65536)
    .default(64)
    .describe('N: the products that are added in the analog domain, one wavelength or cell each.'),
  units: z
    .int()
    .min(1)
    .max(65536)
    .nullable()
    .default(null)
    .describe(
      'M: dot products of a tile at once, for losses and cost; as many as the tile has elements where null.'
    ),
  reduction: z
    .enum(['channel-innermost', 'kernel-innermost'])
    .default('channel-innermost')
    .describe(
      'How the products of a convolution are dealt to tiles: the channels of a pixel together, or the pixels of a channel.'
    ),
  slicing: z
    .strictObject({
      activations: SliceBits.default(null)
        .describe(
          'Bits of a slice of an activation; the passes are all pairs of slices, recombined by shifts (ISAAC, Shafiee et al., ISCA 2016); null does not slice.'
        )
        .meta({ unit: 'bits' } satisfies SettingNotes),
      weights: SliceBits.default(null)
        .describe('Bits of a slice of a weight; null does not slice.')
        .meta({ unit: 'bits' } satisfies SettingNotes)
    })
    .prefault({})
    .describe('Operands of more bits than their converter carries are cut, and computed slice by slice.'),
  converters: z
    .strictObject({
      activations: ConverterSettings.prefault({}).describe('Sets the activations.'),
      weights: ConverterSettings.prefault({}).describe('Sets the weights.')
    })
    .prefault({})
    .describe('The digital-to-analog converters of the operands.'),
  signs: z
    .enum(['differential', 'differential-digital', 'offset'])
    .default('differential')
    .describe(
      'How weights below zero are computed: two rails subtracted before the ADC, two rails with an ADC each, or an offset that is subtracted digitally (Xiao et al., CAS Magazine 2022).'
    ),
  weightReach: z
    .number()
    .gt(0)
    .max(1)
    .default(1)
    .describe(
      "The share of the weights' full scale that the device reaches; what lies beyond stays at it. Extinction leaves real rings about 0.92 (TorchONN)."
    )
    .meta({ unit: 'full scale' } satisfies SettingNotes),
  crosstalk: z
    .strictObject({
      spacingNm: positive()
        .describe('Distance of neighbouring wavelengths.')
        .meta({ unit: 'nm' } satisfies SettingNotes),
      wavelengthNm: positive()
        .default(1550)
        .describe('Of the light.')
        .meta({ unit: 'nm' } satisfies SettingNotes),
      qualityFactor: positive().describe('Q of the rings.')
    })
    .nullable()
    .default(null)
    .describe('What leaks from the products of neighbouring rings; null for none.'),
  products: Measurement.nullable()
    .default(null)
    .describe(
      'An imported table of products, a row for each activation code and a column for each weight code, in place of exact ones.'
    ),
  noise: z
    .strictObject({
      input: sigma()
        .describe('Standard deviation of an additive error of each activation at each use.')
        .meta({ unit: 'full scale' } satisfies SettingNotes),
      inputProportional: sigma().describe(
        'Standard deviation of an error in proportion to each activation, at each use.'
      ),
      weight: sigma()
        .describe(
          'Read noise: standard deviation of an additive error of each weight at each use (CrossSim).'
        )
        .meta({ unit: 'full scale' } satisfies SettingNotes),
      weightProportional: sigma().describe(
        'Read noise in proportion to each weight, G (1 + N(0, sigma)) (CrossSim).'
      ),
      programming: sigma()
        .describe(
          'Standard deviation of an additive error of each weight that is drawn once for each run, G + N(0, sigma) (CrossSim).'
        )
        .meta({ unit: 'full scale' } satisfies SettingNotes),
      programmingProportional: sigma().describe(
        'Standard deviation of an error in proportion to each weight, drawn once for each run.'
      ),
      output: sigma()
        .describe("Standard deviation of an additive error of each sum of a tile (aihwkit's output noise).")
        .meta({ unit: 'full scale' } satisfies SettingNotes),
      outputProportional: sigma().describe(
        'Standard deviation of an error in proportion to each sum of a tile.'
      ),
      table: Measurement.nullable()
        .default(null)
        .describe('An imported table (value, sigma) of the error of a sum, both in units of full scale.')
    })
    .prefault({})
    .describe('Standard deviations of Gaussian errors, in units of the full scale of their stage.'),
  adc: z
    .strictObject({
      bits: z
        .union([z.literal('ideal'), z.int().min(1).max(32)])
        .default('ideal')
        .describe(
          'Bits of the analog-to-digital converter that reads the sum of a tile: noise comes first, then it clips, then it rounds. `ideal` passes sums through.'
        )
        .meta({ unit: 'bits' } satisfies SettingNotes),
      narrow: z
        .boolean()
        .default(false)
        .describe('One level less than 2^bits, so that there are as many below 0 as above.'),
      range: z
        .enum(['full-scale', 'calibrated', 'fixed'])
        .default('full-scale')
        .describe(
          'Its ends: the largest sum that can be, what calibration pictures need in each layer (Xiao et al., CAS Magazine 2022), or `low` and `high`.'
        ),
      method: z
        .enum(['percentile', 'mse'])
        .default('percentile')
        .describe('How `calibrated` ends are found on the sums of calibration pictures.')
        .meta({ only: { path: 'accelerator.adc.range', values: ['calibrated'] } } satisfies SettingNotes),
      percentile: z
        .number()
        .gt(50)
        .max(100)
        .default(99.99)
        .describe('The share of sums that is kept on each side.')
        .meta({
          unit: '%',
          only: { path: 'accelerator.adc.method', values: ['percentile'] }
        } satisfies SettingNotes),
      low: z
        .number()
        .min(-1)
        .max(1)
        .default(-1)
        .describe('Lower end.')
        .meta({
          unit: 'full scale',
          only: { path: 'accelerator.adc.range', values: ['fixed'] }
        } satisfies SettingNotes),
      high: z
        .number()
        .min(-1)
        .max(1)
        .default(1)
        .describe('Upper end.')
        .meta({
          unit: 'full scale',
          only: { path: 'accelerator.adc.range', values: ['fixed'] }
        } satisfies SettingNotes),
      rounding: z
        .enum(['nearest', 'floor'])
        .default('nearest')
        .describe('To the nearest level, or to the one below as in NeuroSim.'),
      transfer: Measurement.nullable()
        .default(null)
        .describe('An imported transfer table (code, value) in place of evenly spaced levels.')
    })
    .prefault({})
    .describe(
      'The converter that reads the sum of a tile: noise comes first, then it clips, then it rounds.'
    ),
  link: LinkSettings.nullable()
    .default(null)
    .describe(
      'The optical link whose shot, thermal and intensity noise is added to each sum; null for none.'
    ),
  cost: CostSettings.prefault({}).describe(
    'What the hardware is made of, for its latency, energy and area. It changes no sum.'
  )
});

export type CostSettings = z.infer<typeof CostSettings>;
export type ConverterSettings = z.infer<typeof ConverterSettings>;
export type AcceleratorSettings = z.infer<typeof AcceleratorSettings>;

/** Ideal hardware: exact sums of tiles of 64 products. */
export const idealAccelerator: AcceleratorSettings = AcceleratorSettings.parse({});

/** A description of hardware that comes with the program, with the paper and table that it is taken from. */
export const AcceleratorPreset = z.strictObject({
  name: z.string().min(1).max(120),
  title: z.string().min(1),
  description: z.string().min(1),
  /** Paper, table or figure, for each group of numbers. */
  sources: z.array(z.string().min(1)).min(1),
  /** What differs from the defaults. */
  settings: z.record(z.string(), z.json())
});
export type AcceleratorPreset = z.infer<typeof AcceleratorPreset>;

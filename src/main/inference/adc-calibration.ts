import { createHash } from 'node:crypto';
import { BitlabError, canonicalJson, type AcceleratorSettings } from '../../contract/index.ts';
import { calibratedRange, type SumHistogram, type SumRange } from '../simulation/accelerator/index.ts';

/**
 * The sums of each layer's tiles, seen on calibration pictures by hardware whose converters read exactly and where nothing is
 * random. It serves every choice of converter, noise and seed on the same hardware.
 */
export interface AdcCalibration {
  /** Of the hardware that it was made on. */
  readonly hardware: string;
  /** By the name of the layer. */
  readonly sums: ReadonlyMap<string, SumHistogram>;
}

/** Pictures that a calibration looks at, at most: the outermost sums of a layer occur in a few already. */
export const adcCalibrationSamples = 128;

/** A hash of all settings that change which sums reach the converters when nothing is random. */
export function hardwareHash(settings: AcceleratorSettings): string {
  const { tile, reduction, slicing, converters, signs, weightReach, crosstalk, products } = settings;
  const own = { tile, reduction, slicing, converters, signs, weightReach, crosstalk, products };
  return createHash('sha256').update(canonicalJson(own)).digest('hex');
}

/** Settings of the same hardware with converters that read exactly and without anything random. */
export function forCalibration(settings: AcceleratorSettings): AcceleratorSettings {
  const none = { input: 0, weight: 0, programming: 0, output: 0 };
  const proportional = {
    inputProportional: 0,
    weightProportional: 0,
    programmingProportional: 0,
    outputProportional: 0
  };
  return {
    ...settings,
    noise: { ...none, ...proportional, table: null },
    link: null,
    adc: { ...settings.adc, bits: 'ideal', range: 'full-scale', transfer: null }
  };
}

export const needsAdcCalibration = ({ adc }: AcceleratorSettings): boolean =>
  adc.range === 'calibrated' && adc.bits !== 'ideal';

/**
 * The ends of a layer's converter, in products of slice codes.
 * @returns null where the hardware needs no calibration
 * @throws BitlabError ACCELERATOR_CALIBRATION_FOREIGN where it was made on other hardware, or for another network
 */
export function rangeOfLayer(
  settings: AcceleratorSettings,
  calibration: AdcCalibration | null,
  layer: string
): SumRange | null {
  if (!needsAdcCalibration(settings) || calibration === null) return null;
  const expected = hardwareHash(settings);
  const sums = calibration.sums.get(layer);
  if (calibration.hardware !== expected || sums === undefined) {
    throw new BitlabError('ACCELERATOR_CALIBRATION_FOREIGN', {
      layer,
      made: calibration.hardware.slice(0, 12),
      expected: expected.slice(0, 12)
    });
  }
  return calibratedRange(sums, settings.adc, settings.adc.bits as number);
}

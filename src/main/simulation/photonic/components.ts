import { BitlabError } from '../../../contract/index.ts';

/** What a part of an accelerator draws and takes. */
export interface Component {
  readonly powerMilliwatt: number;
  /** null where the source does not say. */
  readonly areaSquareMillimetre: number | null;
  /** How long it needs for one value, where that matters. */
  readonly latencyNanosecond: number | null;
}

/**
 * Peripherals of Photonic Reconfigurable Accelerators for Efficient Inference of CNNs With Mixed-Sized Tensors (CASES 2022),
 * Tables V to VII. Powers of tuning are those of a shift by a free spectral range, the most that a ring needs.
 */
export const components = {
  dac: { powerMilliwatt: 30, areaSquareMillimetre: 0.034, latencyNanosecond: 0.78 },
  electroOpticTuning: { powerMilliwatt: 0.08, areaSquareMillimetre: null, latencyNanosecond: 20 },
  thermoOpticTuning: { powerMilliwatt: 27.5, areaSquareMillimetre: null, latencyNanosecond: 4000 },
  transimpedanceAmplifier: { powerMilliwatt: 7.2, areaSquareMillimetre: null, latencyNanosecond: 150 },
  photodiode: { powerMilliwatt: 2.8, areaSquareMillimetre: null, latencyNanosecond: 0.0058 },
  memory: { powerMilliwatt: 41.1, areaSquareMillimetre: null, latencyNanosecond: null },
  bus: { powerMilliwatt: 7, areaSquareMillimetre: null, latencyNanosecond: null },
  router: { powerMilliwatt: 42, areaSquareMillimetre: null, latencyNanosecond: null }
} as const satisfies Record<string, Component>;

/** ADCs of the same tables, each for its rate. Their bits are not told, so cost does not depend on bits. */
export const converters = [
  { rateGigasamplesPerSecond: 1, powerMilliwatt: 2.55, areaSquareMillimetre: 0.002 },
  { rateGigasamplesPerSecond: 3, powerMilliwatt: 11, areaSquareMillimetre: 0.021 },
  { rateGigasamplesPerSecond: 5, powerMilliwatt: 29, areaSquareMillimetre: 0.103 }
] as const;

export interface ConverterCost {
  readonly powerMilliwatt: number;
  readonly areaSquareMillimetre: number;
  /** Between the rates of two published ones. */
  readonly interpolated: boolean;
}

/**
 * Power and area of an ADC. Between the rates of the table both are taken from a straight line through its neighbours on
 * logarithmic axes, a power law of the rate; beyond the table nothing is known and nothing is guessed.
 * @throws ACCELERATOR_RATE_UNKNOWN
 */
export function converterAt(rate: number): ConverterCost {
  const above = converters.findIndex(({ rateGigasamplesPerSecond }) => rateGigasamplesPerSecond >= rate);
  const upper = converters[above];
  if (upper !== undefined && upper.rateGigasamplesPerSecond === rate)
    return { ...upper, interpolated: false };
  const lower = converters[above - 1];
  if (upper === undefined || lower === undefined) {
    const rates = converters.map((each) => each.rateGigasamplesPerSecond);
    throw new BitlabError('ACCELERATOR_RATE_UNKNOWN', { rate, least: rates[0]!, most: rates.at(-1)! });
  }
  const share =
    Math.log(rate / lower.rateGigasamplesPerSecond) /
    Math.log(upper.rateGigasamplesPerSecond / lower.rateGigasamplesPerSecond);
  const between = (from: number, to: number) => from * (to / from) ** share;
  return {
    powerMilliwatt: between(lower.powerMilliwatt, upper.powerMilliwatt),
    areaSquareMillimetre: between(lower.areaSquareMillimetre, upper.areaSquareMillimetre),
    interpolated: true
  };
}

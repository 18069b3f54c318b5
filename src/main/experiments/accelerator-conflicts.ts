import {
  BitlabError,
  idealAccelerator,
  type AcceleratorSettings,
  type Configuration
} from '../../contract/index.ts';

const sides = ['activations', 'weights'] as const;

/**
 * Refuses hardware that contradicts itself or what is computed on it, as far as no layer is needed to see it.
 * @throws CONFIGURATION_CONFLICT
 */
export function checkAccelerator(configuration: Configuration): void {
  const settings = configuration.accelerator ?? idealAccelerator;
  if (configuration.accumulator.products !== 'exact') {
    conflict(
      'Products are formed by the accelerator, and accumulator.products is avx2-pairs',
      'Set accumulator.products: exact.'
    );
  }
  for (const side of sides) checkOperands(configuration, settings, side);
  checkAdc(settings.adc);
  if (settings.products !== null) checkTable(settings);
}

function checkOperands(
  configuration: Configuration,
  { slicing, converters }: AcceleratorSettings,
  side: (typeof sides)[number]
): void {
  const bits = widestBits(configuration, side);
  const slice = slicing[side];
  if (slice !== null && slice > bits) {
    conflict(
      `A slice of ${side} has ${slice} bits, and ${side} have ${bits}`,
      `Set accelerator.slicing.${side} to ${bits} bits or fewer, or null where nothing is cut.`
    );
  }
  const converter = converters[side];
  if (converter.bits !== null && converter.bits < (slice ?? bits)) {
    const what = slice === null ? `${side} have ${bits} bits` : `a slice has ${slice}`;
    conflict(
      `The converter of ${side} has ${converter.bits} bits, and ${what}`,
      `Set accelerator.slicing.${side}: ${converter.bits}, so that ${side} are cut, or give the converter more bits.`
    );
  }
  if (converter.transfer !== null && converter.nonlinearity !== 0) {
    conflict(
      `The converter of ${side} has a transfer table and a nonlinearity`,
      `Set accelerator.converters.${side}.nonlinearity: 0, since the table has it already, or the transfer to null.`
    );
  }
}

/** The widest codes of any layer. */
function widestBits(configuration: Configuration, side: (typeof sides)[number]): number {
  const overrides = Object.values(configuration.layers).map((layer) => layer[side]?.bits ?? 0);
  return Math.max(configuration[side].bits, ...overrides);
}

function checkAdc(adc: AcceleratorSettings['adc']): void {
  if (adc.range === 'fixed' && adc.low >= adc.high) {
    conflict(
      `The analog-to-digital converter reads from ${adc.low} to ${adc.high} of full scale`,
      'Set accelerator.adc.low below accelerator.adc.high.'
    );
  }
  if (adc.bits === 'ideal') {
    if (adc.transfer === null) return;
    conflict(
      'An ideal analog-to-digital converter has no codes, and a transfer table names some',
      "Set accelerator.adc.bits to the table's, or accelerator.adc.transfer: null."
    );
  }
  if (adc.narrow && adc.bits < 2) {
    conflict(
      'An analog-to-digital converter of 1 bit that leaves out a level has a single one',
      'Set accelerator.adc.narrow: false, or 2 bits or more.'
    );
  }
}

/** A table of products says what a pair of codes gives; nothing of the devices that make it is left. */
function checkTable({ converters, weightReach, crosstalk, noise }: AcceleratorSettings): void {
  const others: [string, boolean][] = [
    ...sides.flatMap((side): [string, boolean][] => [
      [`converters.${side}.nonlinearity`, converters[side].nonlinearity !== 0],
      [`converters.${side}.transfer`, converters[side].transfer !== null]
    ]),
    ['weightReach', weightReach !== 1],
    ['crosstalk', crosstalk !== null],
    ...(
      [
        'input',
        'inputProportional',
        'weight',
        'weightProportional',
        'programming',
        'programmingProportional'
      ] as const
    ).map((name): [string, boolean] => [`noise.${name}`, noise[name] > 0])
  ];
  for (const [name, isSet] of others) {
    if (!isSet) continue;
    conflict(
      `A table of products takes the place of what makes them, and accelerator.${name} is set`,
      `Leave accelerator.${name} out, or set accelerator.products: null. Errors of sums (noise.output) go with a table.`
    );
  }
}

function conflict(reason: string, advice: string): never {
  throw new BitlabError('CONFIGURATION_CONFLICT', { reason, advice });
}

import {
  BitlabError,
  CostPart,
  type AcceleratorSettings,
  type LayerCost,
  type LinkSettings,
  type NetworkCost
} from '../../../contract/index.ts';
import { components, converterAt, type ConverterCost } from './components.ts';
import { milliwattOfDbm } from './decibel.ts';
import { drawnPowerDbm } from './loss-budget.ts';
import { arrayShape, mappedLayer, type DotProducts } from './mapping.ts';

type Energies = Readonly<Record<CostPart, number>>;

/** How many of a part the whole accelerator has, and what one draws, in mW. */
interface Parts {
  readonly counts: { readonly activationDacs: number; readonly weightDacs: number; readonly adcs: number };
  /** Drawn while sums are computed. */
  readonly computingMilliwatt: Partial<Energies>;
  /** Drawn as long as a layer takes, weights being set or not. */
  readonly alwaysMilliwatt: Partial<Energies>;
}

/**
 * Latency, energy and area of a network on an accelerator with an optical link, layer after layer: energy is power times busy
 * time, part by part. Left out: the fill of the pipeline for each layer (0.15 us of the amplifier), what is computed digitally.
 * @throws ACCELERATOR_NO_LINK, ACCELERATOR_RATE_UNKNOWN
 */
export function networkCost(layers: readonly DotProducts[], accelerator: AcceleratorSettings): NetworkCost {
  const { link, cost, slicing } = accelerator;
  if (link === null) throw new BitlabError('ACCELERATOR_NO_LINK');
  const shape = arrayShape(accelerator);
  const adc = converterOf(accelerator, link);
  const parts = partsOf(accelerator, link, adc);
  const tuning = tuningOf(accelerator);
  const energies = Object.fromEntries(CostPart.options.map((part) => [part, 0])) as Record<CostPart, number>;

  const costs = layers.map((layer): LayerCost => {
    const mapping = mappedLayer(layer, shape, slicing);
    const sums = Math.ceil((mapping.passes * mapping.slicePasses) / cost.arrays);
    const computingMicrosecond = sums / (link.rateGigasamplesPerSecond * 1000);
    const settings = Math.ceil(mapping.weightSettings / cost.arrays);
    const settingMicrosecond = (settings * tuning.latencyNanosecond) / 1000;
    const latencyMicrosecond = computingMicrosecond + settingMicrosecond;
    const weightValues = mapping.weightSettings * shape.tile * shape.units;
    const dacMicrosecond = (weightValues * components.dac.latencyNanosecond) / 1000;
    let energyMicrojoule = 0;
    for (const part of CostPart.options) {
      // Milliwatt times microsecond is a nanojoule.
      const nanojoule =
        (parts.computingMilliwatt[part] ?? 0) * computingMicrosecond +
        (parts.alwaysMilliwatt[part] ?? 0) * latencyMicrosecond +
        (part === 'weightDac' ? components.dac.powerMilliwatt * dacMicrosecond : 0);
      energies[part] += nanojoule / 1000;
      energyMicrojoule += nanojoule / 1000;
    }
    return {
      name: layer.name,
      ...mapping,
      computingMicrosecond,
      settingMicrosecond,
      latencyMicrosecond,
      energyMicrojoule
    };
  });

  const total = (of: (layer: LayerCost) => number) => costs.reduce((sum, layer) => sum + of(layer), 0);
  const latencyMicrosecond = total((layer) => layer.latencyMicrosecond);
  const energyMicrojoule = total((layer) => layer.energyMicrojoule);
  const { activationDacs, weightDacs, adcs } = parts.counts;
  const areaSquareMillimetre =
    (activationDacs + weightDacs) * components.dac.areaSquareMillimetre + adcs * adc.areaSquareMillimetre;
  const framesPerSecondPerWatt = 1e6 / energyMicrojoule;
  return {
    layers: costs,
    latencyMicrosecond,
    energyMicrojoule,
    energies,
    areaSquareMillimetre,
    averagePowerWatt: energyMicrojoule / latencyMicrosecond,
    framesPerSecond: 1e6 / latencyMicrosecond,
    framesPerSecondPerWatt,
    framesPerSecondPerWattPerSquareMillimetre: framesPerSecondPerWatt / areaSquareMillimetre,
    utilization: total(({ utilization, passes }) => utilization * passes) / total(({ passes }) => passes),
    interpolated: adc.interpolated
  };
}

function converterOf({ cost }: AcceleratorSettings, link: LinkSettings): ConverterCost {
  const { adcPowerMilliwatt, adcAreaSquareMillimetre } = cost;
  if (adcPowerMilliwatt !== null && adcAreaSquareMillimetre !== null) {
    return {
      powerMilliwatt: adcPowerMilliwatt,
      areaSquareMillimetre: adcAreaSquareMillimetre,
      interpolated: false
    };
  }
  const published = converterAt(link.rateGigasamplesPerSecond);
  return {
    ...published,
    powerMilliwatt: adcPowerMilliwatt ?? published.powerMilliwatt,
    areaSquareMillimetre: adcAreaSquareMillimetre ?? published.areaSquareMillimetre
  };
}

function tuningOf({ cost }: AcceleratorSettings) {
  return cost.tuning === 'electro-optic' ? components.electroOpticTuning : components.thermoOpticTuning;
}

/**
 * Of each array: a laser for each wavelength; a DAC for each modulator of inputs (N where units share them, else N for each
 * unit) and each weight ring; two photodiodes for each unit where weights have signs on rails, one with an offset; an amplifier
 * and an ADC for each unit, two with an ADC for each rail; one memory, bus and router.
 */
function partsOf(accelerator: AcceleratorSettings, link: LinkSettings, adc: ConverterCost): Parts {
  const { tile, units, sharedInputs } = arrayShape(accelerator);
  const { arrays } = accelerator.cost;
  const { signs } = accelerator;
  const rings = arrays * tile * units;
  const inputs = arrays * tile * (sharedInputs ? 1 : units);
  const adcs = arrays * units * (signs === 'differential-digital' ? 2 : 1);
  const photodiodes = arrays * units * (signs === 'offset' ? 1 : 2);
  return {
    counts: { activationDacs: inputs, weightDacs: rings, adcs },
    computingMilliwatt: {
      activationDac: inputs * components.dac.powerMilliwatt,
      photodiode: photodiodes * components.photodiode.powerMilliwatt,
      transimpedanceAmplifier: adcs * components.transimpedanceAmplifier.powerMilliwatt,
      adc: adcs * adc.powerMilliwatt
    },
    alwaysMilliwatt: {
      laser: arrays * tile * milliwattOfDbm(drawnPowerDbm(link)),
      tuning: rings * tuningOf(accelerator).powerMilliwatt,
      memory: arrays * components.memory.powerMilliwatt,
      bus: arrays * components.bus.powerMilliwatt,
      router: arrays * components.router.powerMilliwatt
    }
  };
}

/** The metrics of a run that its cost gives, by their names in the catalogue. */
export function costMetrics(cost: NetworkCost): Record<string, number> {
  return {
    energyMicrojoule: cost.energyMicrojoule,
    latencyMicrosecond: cost.latencyMicrosecond,
    areaSquareMillimetre: cost.areaSquareMillimetre,
    framesPerSecond: cost.framesPerSecond,
    framesPerSecondPerWatt: cost.framesPerSecondPerWatt,
    framesPerSecondPerWattPerSquareMillimetre: cost.framesPerSecondPerWattPerSquareMillimetre,
    tileUtilization: cost.utilization
  };
}

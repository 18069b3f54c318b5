import {
  CostPart,
  idealAccelerator,
  LinkSettings,
  type BudgetResult,
  type ErrorBudget,
  type Estimate,
  type MeasurementTable,
  type NetworkCost,
  type ReachAnswer
} from '../../../contract/index.ts';
import { energyParts } from '../../figures/energy-parts.ts';
import { budgetAlone, budgetLayers, budgetWaterfall } from '../../figures/error-budget.ts';
import { lightBudget } from '../../figures/light-budget.ts';
import { measurementFigure } from '../../figures/measurement-table.ts';
import { reachCurves } from '../../figures/reach-curves.ts';
import type { GalleryEntry } from '../gallery-entry.ts';
import { layerNames } from '../layers.ts';
import { seeded } from '../seeded.ts';

const estimate = (value: number, half: number): Estimate => ({
  value,
  low: value - half,
  high: value + half,
  standardDeviation: half / 2,
  seeds: 5
});

/** What each stage takes from the accuracy, and how many dB it leaves of a layer; null for the exact ones. */
const stages: readonly (readonly [id: string, title: string, change: number, db: number | null])[] = [
  ['float', 'float', 0, null],
  ['quantized', 'quantized', -0.012, 24],
  ['integer', 'integers', 0.0005, null],
  ['converters', 'slicing and converters', 0, 48],
  ['adc-clip', 'ADC clip', -0.004, 38],
  ['adc-rounding', 'ADC rounding', -0.021, 19],
  ['noise-weight', 'weight read noise', -0.009, 27],
  ['light-shot', 'shot noise', 0.001, 41],
  ['crosstalk', 'crosstalk', -0.034, 16]
];

function errorBudget(layers: readonly string[], count: number): ErrorBudget {
  const next = seeded(31);
  const layersAt = (db: number | null) => layers.map(() => (db === null ? null : db + 8 * (next() - 0.5)));
  let top1 = 0.923;
  return {
    model: 'resnet18-mse',
    levels: { 'accelerator.tile': 64 },
    layers: [...layers],
    stages: stages.slice(0, count).map(([id, title, change, db], index) => {
      top1 += change;
      const result = (value: number): BudgetResult => ({
        runIds: ['run_1'],
        top1: estimate(value, 0.006),
        change: index === 0 ? null : estimate(change, 0.003),
        layersSqnrDb: layersAt(db)
      });
      const alone = index < 3 ? null : { ...result(0.911 + change), layersSqnrDb: layersAt(db) };
      return { id, title, cumulative: result(top1), alone };
    })
  };
}

const rates = [1, 5, 10];
const asked = [1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7];

function reachAnswer(curveRates: readonly number[], bits: readonly number[]): ReachAnswer {
  const reach = (precision: number, rate: number) => {
    const tile = Math.floor(260 * 2 ** (-0.62 * precision) * rate ** -0.5);
    return {
      bits: precision,
      requiredPowerDbm: -18 + 3 * precision,
      tile: tile < 1 ? null : tile,
      fractionalTile: tile,
      infeasible: tile < 1 ? ('power' as const) : null,
      cut: null
    };
  };
  return {
    accelerator: { ...idealAccelerator, link: LinkSettings.parse({}) },
    mode: 'exact',
    reach: reach(4, 5),
    point: {
      tile: 21,
      units: 21,
      losses: [
        { name: 'split', decibel: 13.22 },
        { name: 'waveguide', decibel: 0.13 },
        { name: 'coupler', decibel: 1.6 },
        { name: 'modulator', decibel: 4 },
        { name: 'modulatorsPassed', decibel: 0.2 },
        { name: 'splitter', decibel: 0.04 },
        { name: 'weightRing', decibel: 0.01 },
        { name: 'weightRingsPassed', decibel: 0.2 },
        { name: 'penalty', decibel: 4.8 }
      ],
      receivedPowerDbm: 10 - 24.2,
      bits: 4.02,
      ceilingBits: 7.1,
      noise: { additive: 0.01, shot: 0.004, proportional: 0.006 },
      noiseAtFullScale: 0.0123
    },
    curves: curveRates.map((rate) => ({
      rateGigasamplesPerSecond: rate,
      ceilingBits: 7.1,
      reaches: bits.map((precision) => reach(precision, rate))
    })),
    published: []
  };
}

const cost: NetworkCost = {
  layers: [],
  latencyMicrosecond: 41,
  energyMicrojoule: 118.2,
  energies: Object.fromEntries(
    CostPart.options.map((part, index) => [
      part,
      [38.1, 12.4, 9.8, 20.2, 0.9, 4.1, 27.6, 3.4, 1.1, 0.6][index]!
    ])
  ) as NetworkCost['energies'],
  areaSquareMillimetre: 3.1,
  averagePowerWatt: 2.9,
  framesPerSecond: 24_390,
  framesPerSecondPerWatt: 8460,
  framesPerSecondPerWattPerSquareMillimetre: 2729,
  utilization: 0.81,
  interpolated: false
};

const products: MeasurementTable = {
  kind: 'products',
  activationBits: 4,
  weightBits: 4,
  values: Array.from({ length: 256 }, (_unused, index) => {
    const [activation, weight] = [Math.floor(index / 16), index % 16];
    return activation * weight * (1 - 0.0006 * activation * weight);
  })
};
const oneCode: MeasurementTable = { kind: 'transfer', bits: 1, values: [0, 1] };

export const hardwareEntries = {
  budgetWaterfall: {
    full: (theme) => budgetWaterfall(errorBudget(layerNames, stages.length), theme),
    one: (theme) => budgetWaterfall(errorBudget(['fc'], 1), theme),
    empty: (theme) => budgetWaterfall(errorBudget([], 0), theme)
  },
  budgetAlone: {
    full: (theme) => budgetAlone(errorBudget(layerNames, stages.length), theme),
    one: (theme) => budgetAlone(errorBudget(['fc'], 4), theme),
    empty: (theme) => budgetAlone(errorBudget([], 0), theme)
  },
  budgetLayers: {
    full: (theme) => budgetLayers(errorBudget(layerNames, stages.length), theme),
    one: (theme) => budgetLayers(errorBudget(['fc'], 2), theme),
    empty: (theme) => budgetLayers(errorBudget([], 0), theme)
  },
  reachCurves: {
    full: (theme) => reachCurves(reachAnswer(rates, asked), false, theme),
    one: (theme) => reachCurves(reachAnswer([5], [4]), false, theme),
    empty: (theme) => reachCurves(reachAnswer([], []), false, theme)
  },
  // Light always takes the whole way, and energy always has all its parts.
  lightBudget: { full: (theme) => lightBudget(reachAnswer(rates, asked), theme), one: null, empty: null },
  energyParts: { full: (theme) => energyParts(cost, theme), one: null, empty: null },
  // A table without two rows is refused when it is imported.
  measurementFigure: {
    full: (theme) => measurementFigure(products, 'and-gate', theme),
    one: (theme) => measurementFigure(oneCode, 'modulator', theme),
    empty: null
  }
} as const satisfies Record<string, GalleryEntry>;

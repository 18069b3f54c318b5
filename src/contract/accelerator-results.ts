import { z } from 'zod';
import { AcceleratorPreset, AcceleratorSettings } from './accelerator.ts';

/** Exact: the two equations of the link budget solved. Published: what the published scripts compute, grids included. */
export const ReachMode = z.enum(['exact', 'published']);

/** Beyond what light can be as precise as: nobody need ask for more bits at a detector. */
export const mostReachBits = 24;

/** How many products can be added at a precision. */
export const Reach = z.object({
  /** Bits at the detector that were asked for. */
  bits: z.number(),
  /** The least light at the detector that gives them, in dBm; null where none does. */
  requiredPowerDbm: z.number().nullable(),
  /** N, the largest tile; null where not even one element is feasible. */
  tile: z.int().nullable(),
  /** N before it is rounded down; below 1 where light is too weak. Null in published mode, and where no light is enough. */
  fractionalTile: z.number().nullable(),
  /** The laser's own noise forbids the precision at any power, or its light is too weak for one element. */
  infeasible: z.enum(['intensity-noise', 'power']).nullable(),
  /** Whether the end of a grid of published mode, or the largest tile that there is, was taken. */
  cut: z.enum(['power-grid', 'tile-grid']).nullable()
});

/** A part of the way from the laser to a detector. */
export const LossName = z.enum([
  'split',
  'waveguide',
  'coupler',
  'modulator',
  'modulatorsPassed',
  'splitter',
  'weightRing',
  'weightRingsPassed',
  'penalty'
]);

/** What a part of the way costs the light, in dB. */
export const Loss = z.object({ name: LossName, decibel: z.number() });

/** What a link does with a tile of N elements and M units. */
export const OperatingPoint = z.object({
  tile: z.int(),
  units: z.int(),
  losses: z.array(Loss),
  receivedPowerDbm: z.number(),
  /** At the detector, with fractions; below 0 where noise exceeds the sum. */
  bits: z.number(),
  /** What no power exceeds at this rate. */
  ceilingBits: z.number(),
  /** Standard deviations at full scale, in units of full scale: thermal noise and that of the dark current; shot; intensity. */
  noise: z.object({ additive: z.number(), shot: z.number(), proportional: z.number() }),
  /** All three together. */
  noiseAtFullScale: z.number()
});

/** Reaches at one rate, and the bits that no power exceeds there. */
export const ReachCurve = z.object({
  rateGigasamplesPerSecond: z.number(),
  ceilingBits: z.number(),
  reaches: z.array(Reach)
});

/** Bits, rate, light, losses and N tied together. */
export const ReachAnswer = z.object({
  /** All settings, those of the preset and the defaults included. */
  accelerator: AcceleratorSettings,
  mode: ReachMode,
  reach: Reach,
  /** Where the settings' own N and M work. */
  point: OperatingPoint,
  curves: z.array(ReachCurve),
  /** The published points of the organization: at 1 and 5 GS/s from 1 to 8 bits, whatever else the link is. */
  published: z.array(ReachCurve)
});

/** A preset and all the settings that it amounts to. */
export const ResolvedPreset = AcceleratorPreset.extend({ resolved: AcceleratorSettings });

/** What energy is counted for. */
export const CostPart = z.enum([
  'laser',
  'activationDac',
  'weightDac',
  'tuning',
  'photodiode',
  'transimpedanceAmplifier',
  'adc',
  'memory',
  'bus',
  'router'
]);

/** How a layer's dot products are dealt to tiles and units, and what that takes. */
export const LayerCost = z.object({
  name: z.string(),
  /** K, the products of one sum. */
  reduction: z.int(),
  /** ceil(K / N), partial sums of each output. */
  tiles: z.int(),
  /** Sets of at most M outputs that are computed at once. */
  blocks: z.int(),
  /** Pairs of slices of the operands. */
  slicePasses: z.int(),
  /** Times that an array's units sum, of one pair of slices: tiles x outputs / M, rounded up for each block. */
  passes: z.int(),
  /** Times that the weights of a whole array are set. */
  weightSettings: z.int(),
  /** K / (tiles x N), share of the elements that have a product. */
  utilization: z.number(),
  /** Outputs / (blocks x M), share of the units that have an output. */
  unitUtilization: z.number(),
  /** passes x slice passes over the arrays, at the rate of the link. */
  computingMicrosecond: z.number(),
  /** Setting the weights, during which nothing is computed. */
  settingMicrosecond: z.number(),
  latencyMicrosecond: z.number(),
  energyMicrojoule: z.number()
});

/** One frame through a whole network. */
export const NetworkCost = z.object({
  layers: z.array(LayerCost),
  latencyMicrosecond: z.number(),
  energyMicrojoule: z.number(),
  /** By part, in microjoule. */
  energies: z.record(CostPart, z.number()),
  /** Of ADCs and DACs, the parts whose area is published. */
  areaSquareMillimetre: z.number(),
  averagePowerWatt: z.number(),
  framesPerSecond: z.number(),
  framesPerSecondPerWatt: z.number(),
  framesPerSecondPerWattPerSquareMillimetre: z.number(),
  /** K / (tiles x N) over all layers, each weighted by its passes. */
  utilization: z.number(),
  /** Whether power or area of the ADC lie between published ones. */
  interpolated: z.boolean()
});

export const CostAnswer = z.object({ accelerator: AcceleratorSettings, cost: NetworkCost });

export type ReachMode = z.infer<typeof ReachMode>;
export type Reach = z.infer<typeof Reach>;
export type LossName = z.infer<typeof LossName>;
export type Loss = z.infer<typeof Loss>;
export type OperatingPoint = z.infer<typeof OperatingPoint>;
export type ReachCurve = z.infer<typeof ReachCurve>;
export type ReachAnswer = z.infer<typeof ReachAnswer>;
export type ResolvedPreset = z.infer<typeof ResolvedPreset>;
export type CostPart = z.infer<typeof CostPart>;
export type LayerCost = z.infer<typeof LayerCost>;
export type NetworkCost = z.infer<typeof NetworkCost>;
export type CostAnswer = z.infer<typeof CostAnswer>;

/** How the parts of a loss budget are called. N is the tile's elements, M the units. */
export const lossTitles: Readonly<Record<LossName, string>> = {
  split: 'Splitting among M units',
  waveguide: 'Waveguide along N elements',
  coupler: 'Coupler into the chip',
  modulator: 'Modulator',
  modulatorsPassed: 'N - 1 other modulators passed',
  splitter: 'Stages of the splitter',
  weightRing: 'Weight ring',
  weightRingsPassed: 'N - 1 other weight rings passed',
  penalty: 'Penalty of the network'
};

/** How the parts of an accelerator that draw power are called. */
export const costPartTitles: Readonly<Record<CostPart, string>> = {
  laser: 'Lasers',
  activationDac: 'DACs of inputs',
  weightDac: 'DACs of weights',
  tuning: 'Tuning of rings',
  photodiode: 'Photodiodes',
  transimpedanceAmplifier: 'Amplifiers',
  adc: 'ADCs',
  memory: 'eDRAM',
  bus: 'Bus',
  router: 'Router'
};

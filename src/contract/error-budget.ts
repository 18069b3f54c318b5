import { z } from 'zod';
import { idealAccelerator, type AcceleratorSettings } from './accelerator.ts';
import { normalized, type Configuration } from './configuration.ts';
import { Identifier } from './entities.ts';
import type { LinkSettings } from './light-link.ts';

/** A stage of an error budget: what is computed when it has been added to those before, and when it is the only error. */
export interface BudgetStage {
  /** Short and stable, such as `adc-clip`. */
  readonly id: string;
  readonly title: string;
  /** With all stages up to this one. */
  readonly cumulative: Configuration;
  /** With this one alone; null for the stages that are no error of the hardware. */
  readonly alone: Configuration | null;
}

/** A part of the hardware that errs, and how settings get it. */
interface Part {
  readonly id: string;
  readonly title: string;
  /** The settings with the part that the full ones have; null where they do not use it. */
  readonly add: (settings: AcceleratorSettings, full: AcceleratorSettings) => AcceleratorSettings | null;
}

/** So many bits that a converter rounds to single products, which sums of codes are: it clips and does nothing else. */
const clipOnlyBits = 32;

const noiseTitles = {
  input: 'input noise',
  inputProportional: 'proportional input noise',
  weight: 'weight read noise',
  weightProportional: 'proportional weight read noise',
  programming: 'programming error',
  programmingProportional: 'proportional programming error',
  output: 'output noise',
  outputProportional: 'proportional output noise'
} as const satisfies Partial<Record<keyof AcceleratorSettings['noise'], string>>;

const linkTerms = {
  shot: 'shot noise',
  thermal: 'thermal noise',
  intensity: 'intensity noise'
} as const satisfies Record<LinkSettings['noises'][number], string>;

/** All parts, in the order in which a budget adds them. */
const parts: readonly Part[] = [
  {
    id: 'converters',
    title: 'slicing and converters',
    add: (settings, { converters, slicing }) => {
      const isSliced = slicing.activations !== null || slicing.weights !== null;
      const isIdeal = isEqual(converters, idealAccelerator.converters);
      return isSliced || !isIdeal ? { ...settings, converters, slicing } : null;
    }
  },
  {
    id: 'weight-reach',
    title: 'reach of the weights',
    add: (settings, { weightReach }) => (weightReach < 1 ? { ...settings, weightReach } : null)
  },
  {
    id: 'products',
    title: 'table of products',
    add: (settings, { products }) => (products === null ? null : { ...settings, products })
  },
  {
    id: 'adc-clip',
    title: 'ADC clip',
    add: (settings, { adc }) =>
      adc.bits !== 'ideal' && clipsApart(adc)
        ? { ...settings, adc: { ...adc, bits: clipOnlyBits, transfer: null } }
        : null
  },
  {
    id: 'adc-rounding',
    title: 'ADC rounding',
    add: (settings, { adc }) => (adc.bits === 'ideal' ? null : { ...settings, adc })
  },
  ...(Object.keys(noiseTitles) as (keyof typeof noiseTitles)[]).map((name): Part => ({
    id: `noise-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
    title: noiseTitles[name],
    add: (settings, { noise }) =>
      noise[name] > 0 ? { ...settings, noise: { ...settings.noise, [name]: noise[name] } } : null
  })),
  {
    id: 'noise-table',
    title: 'measured noise',
    add: (settings, { noise: { table } }) =>
      table === null ? null : { ...settings, noise: { ...settings.noise, table } }
  },
  ...(Object.keys(linkTerms) as (keyof typeof linkTerms)[]).map((term): Part => ({
    id: `light-${term}`,
    title: linkTerms[term],
    add: (settings, { link }) => {
      if (link === null || !link.noises.includes(term)) return null;
      const before = settings.link?.noises ?? [];
      const noises = link.noises.filter((each) => each === term || before.includes(each));
      return { ...settings, link: { ...link, noises } };
    }
  })),
  {
    id: 'crosstalk',
    title: 'crosstalk',
    add: (settings, { crosstalk }) => (crosstalk === null ? null : { ...settings, crosstalk })
  }
];

/** More stages than any budget has, with each alone. */
export const mostBudgetRuns = 2 * parts.length + 2;

/**
 * The stages that lead from the float network to a configuration of accelerator arithmetic, one error after the other: quantized,
 * in exact integers, then with each part of the hardware that the configuration uses. The last one is the configuration itself.
 * A stage that it does not use is left out. Slicing is exact by itself; a part alone is seen on the same slices, because they
 * decide which sums there are. A converter whose ends are chosen for the least error of clipping and rounding together has no
 * clip of its own.
 */
export function errorBudgetStages(configuration: Configuration): BudgetStage[] {
  const { accelerator: full } = normalized(configuration);
  if (full === null) return [];
  const on = (accelerator: AcceleratorSettings): Configuration =>
    normalized({ ...configuration, accelerator });
  const bare: AcceleratorSettings = { ...withoutParts(full), slicing: idealAccelerator.slicing };
  const stages: BudgetStage[] = [
    {
      id: 'quantized',
      title: 'quantized',
      cumulative: normalized({ ...configuration, arithmetic: 'simulated', accelerator: null }),
      alone: null
    },
    {
      id: 'integer',
      title: 'integers',
      cumulative: normalized({ ...configuration, arithmetic: 'integer', accelerator: null }),
      alone: null
    }
  ];
  let settings = bare;
  for (const { id, title, add } of parts) {
    const next = add(settings, full);
    if (next === null) continue;
    settings = next;
    const alone = add({ ...bare, slicing: full.slicing }, full)!;
    stages.push({ id, title, cumulative: on(settings), alone: on(alone) });
  }
  // The configuration as it was given, with the name of its preset, so that its own run is the last stage.
  const last = stages.pop()!;
  if (last.id === 'integer') {
    return [...stages, last, { id: 'hardware', title: 'ideal hardware', cumulative: on(full), alone: null }];
  }
  return [...stages, { ...last, cumulative: on(full) }];
}

/**
 * A configuration of accelerator arithmetic on the same hardware without its errors: tiles, slices, signs and the order of sums stay,
 * converters become ideal, and nothing is noisy. It computes what exact integers are, bit for bit.
 */
export function withoutHardwareErrors(configuration: Configuration): Configuration {
  const { accelerator } = normalized(configuration);
  if (accelerator === null) return configuration;
  return normalized({ ...configuration, accelerator: withoutParts(accelerator) });
}

/** Hardware with none of the parts that err; slices, which are exact, stay. */
const withoutParts = (full: AcceleratorSettings): AcceleratorSettings => ({
  ...full,
  preset: null,
  converters: idealAccelerator.converters,
  weightReach: 1,
  products: null,
  adc: idealAccelerator.adc,
  noise: idealAccelerator.noise,
  link: null,
  crosstalk: null
});

/** What hardware without its errors gave, beside exact integers. */
export const IdentityCheck = z.object({
  /** The first samples of the run. */
  samples: z.int(),
  /** How many logits were compared, and how many of them are not the same 32 bits. */
  logits: z.int(),
  differing: z.int()
});

/** What such a check found, in a sentence. */
export function identitySentence({ samples, logits, differing }: IdentityCheck): string {
  const of = `${logits} logits of ${samples} ${samples === 1 ? 'sample' : 'samples'}`;
  return differing === 0
    ? `Without its errors the hardware computes exact integers: all ${of} are the same, bit for bit.`
    : `${differing} of ${of} differ from exact integers, though the hardware has no errors: that is a fault of the program, please report it.`;
}

/** Whether the ends of a converter stay where they are when it stops rounding, and are not the largest sum anyway. */
const clipsApart = ({ range, method }: AcceleratorSettings['adc']): boolean =>
  range === 'fixed' || (range === 'calibrated' && method === 'percentile');

const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A value with its 95 % interval and what that is of. */
export const Estimate = z.object({
  value: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Over seeds; null for one run. */
  standardDeviation: z.number().nullable(),
  /** Seeds. */
  seeds: z.int()
});

/** What was found of a stage, alone or with those before it. */
export const BudgetResult = z.object({
  runIds: z.array(Identifier),
  /** Null until a run of it is finished. */
  top1: Estimate.nullable(),
  /** Top-1 less that of the stage before, or, alone, less that of the integers. */
  change: Estimate.nullable(),
  /** SQNR of each layer's output in dB, mean over seeds; null where nothing was lost. */
  layersSqnrDb: z.array(z.number().nullable())
});

export const ErrorBudget = z.object({
  model: z.string(),
  levels: z.record(z.string(), z.json()),
  /** Names of the layers, in order. */
  layers: z.array(z.string()),
  stages: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      cumulative: BudgetResult,
      alone: BudgetResult.nullable()
    })
  )
});

export type Estimate = z.infer<typeof Estimate>;
export type BudgetResult = z.infer<typeof BudgetResult>;
export type IdentityCheck = z.infer<typeof IdentityCheck>;
export type ErrorBudget = z.infer<typeof ErrorBudget>;

import { Configuration, type Run } from '../../contract/index.ts';
import { seeded } from './seeded.ts';

interface RunSettings {
  readonly model: string;
  readonly weightBits: number;
  readonly activationBits: number;
  readonly float?: boolean;
  readonly seed?: number;
  /** Bits of its own for the first layer. */
  readonly firstBits?: number;
}

const samples = 2000;
/** What each loss reaches in float, and how many bits it can do without. */
const losses: Readonly<Record<string, readonly [top1: number, knee: number]>> = {
  'resnet18-cross-entropy': [0.9155, 3.1],
  'resnet18-label-smoothing': [0.919, 2.6],
  'resnet18-mse': [0.923, 3.6]
};

/** A finished run: accuracy falls below a number of bits that depends on the model. */
export function galleryRun(settings: RunSettings): Run {
  const { model, weightBits, activationBits, float = false, seed = 0, firstBits } = settings;
  const id = `${model} ${float ? 'float' : `${weightBits} ${activationBits} ${firstBits ?? ''}`} ${seed}`;
  const jitter = seeded(
    Array.from(id, (letter) => letter.charCodeAt(0)).reduce((hash, code) => (hash * 31 + code) | 0, 7)
  );
  const [top, knee] = losses[model]!;
  const least = Math.min(weightBits, activationBits + 0.3);
  const share = float ? 1 : 1 / (1 + Math.exp(-2.4 * (least - knee)));
  const value = Math.round(samples * (0.1 + (top - 0.1) * share + 0.006 * (jitter() - 0.5))) / samples;
  const half = 1.96 * Math.sqrt((value * (1 - value)) / samples);
  const bits = firstBits === undefined ? weightBits : (11 * weightBits + firstBits) / 12;
  return {
    id: `run_${id.replaceAll(' ', '_')}`,
    model,
    modelId: `model_${model}`,
    baseline: float,
    seed,
    status: 'finished',
    dataset: 'shapes10-test',
    samples,
    configuration: Configuration.parse({
      arithmetic: float ? 'float' : 'integer',
      weights: { bits: weightBits },
      activations: { bits: activationBits },
      layers: firstBits === undefined ? {} : { first: { weights: { bits: firstBits } } },
      seed
    }),
    configurationHash: '0'.repeat(64),
    top1: { value, low: Math.max(0, value - half), high: Math.min(1, value + half), count: samples },
    metrics: float
      ? {}
      : {
          averageWeightBits: bits,
          modelSizeBits: 698_000 * bits + 41_000,
          bops: 35e6 * bits * activationBits
        },
    error: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    startedAt: null,
    endedAt: null,
    durationSeconds: null,
    experimentIds: [],
    starred: false,
    tags: []
  };
}

const models = Object.keys(losses);
const widths = [8, 7, 6, 5, 4, 3, 2];

const float = (model: string) => galleryRun({ model, weightBits: 8, activationBits: 8, float: true });

/** Three models at seven widths with three seeds each, and their float runs. */
export const sweep: readonly Run[] = models.flatMap((model) => [
  float(model),
  ...widths.flatMap((bits) =>
    [0, 1, 2].map((seed) => galleryRun({ model, weightBits: bits, activationBits: bits, seed }))
  )
]);

/** One model, weights by activations. */
export const crossed: readonly Run[] = widths.flatMap((weightBits) =>
  widths.map((activationBits) => galleryRun({ model: models[2]!, weightBits, activationBits }))
);

/** One model at its widths, and with bits of its own for a layer. */
export const priced: readonly Run[] = [
  float(models[1]!),
  ...widths.map((bits) => galleryRun({ model: models[1]!, weightBits: bits, activationBits: 8 })),
  ...widths
    .slice(3)
    .map((bits) =>
      galleryRun({ model: models[1]!, weightBits: bits, activationBits: 8, firstBits: bits + 2 })
    )
];

export const single: readonly Run[] = [galleryRun({ model: models[0]!, weightBits: 4, activationBits: 4 })];

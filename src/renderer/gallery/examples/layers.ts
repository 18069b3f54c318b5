import type { Divergence, LayerResult, ValueHistogram } from '../../../contract/index.ts';
import { codeDivergence } from '../../figures/code-divergence.ts';
import { layerBars } from '../../figures/layer-bars.ts';
import { valueHistogram } from '../../figures/value-histogram.ts';
import type { GalleryEntry } from '../gallery-entry.ts';
import { layerNames } from '../layers.ts';
import { seeded, seededNormal } from '../seeded.ts';

function layersOf(names: readonly string[]): LayerResult[] {
  const next = seeded(11);
  return names.map((name, index) => ({
    index,
    name,
    operator: 'Conv',
    fused: 'Relu',
    macs: 2_000_000 + 100_000 * index,
    parameters: 1000 * (index + 1),
    weights: null,
    weightSqnrDb: 16 + 12 * next(),
    output: null
  }));
}

const none = { differing: 0, share: 0, largest: 0 };

/** Codes part at the fourth layer, and more of them the deeper one looks. */
function divergence(names: readonly string[], samples: number): Divergence {
  const next = seeded(3);
  const differences = () =>
    names.map((_name, index) => {
      const share = index < 3 ? 0 : Math.min(0.4, 0.0004 * 2 ** (index - 3) * (0.5 + next()));
      const differing = Math.round(share * 8192);
      return differing === 0
        ? none
        : { differing, share: differing / 8192, largest: 1 + Math.floor(3 * next()) };
    });
  const all = differences();
  return {
    samples,
    accumulatorBits: 16,
    predictions: {
      simulated: { right: samples, differing: 0 },
      integer: { right: samples, differing: 0 },
      limited: { right: samples, differing: 0 }
    },
    layers: names.map((name, index) => ({
      name,
      codes: 8192 * samples,
      dataBits: 15 + (index % 4),
      simulated: all[index]!,
      limited: none
    })),
    firstSimulated: names[3] ?? null,
    firstLimited: null,
    perSample: Array.from({ length: samples }, (_unused, sample) => ({
      sample,
      simulated: differences(),
      limited: names.map(() => none)
    }))
  };
}

/** Weights about normal, quantized to four bits whose outermost levels clip some. */
function histogram(values: number): ValueHistogram {
  const next = seeded(5);
  const drawn = Array.from({ length: values }, () => 0.11 * seededNormal(next));
  const [bins, start, end] = [60, -0.45, 0.45];
  const counts = new Array<number>(bins).fill(0);
  for (const value of drawn)
    counts[Math.min(bins - 1, Math.max(0, Math.floor(((value - start) / (end - start)) * bins)))]!++;
  const scale = 0.04;
  return {
    unit: 'value',
    values,
    zeros: 0,
    zero: 0,
    minimum: Math.min(0, ...drawn),
    maximum: Math.max(0, ...drawn),
    start,
    end,
    counts,
    quantizer: {
      bits: 4,
      scale,
      zeroPoint: 0,
      levels: Array.from({ length: 16 }, (_unused, level) => (level - 8) * scale),
      levelCount: 16,
      evenlySpaced: true,
      firstLevel: -8 * scale,
      lastLevel: 7 * scale,
      lowest: -8.5 * scale,
      highest: 7.5 * scale,
      clippedBelow: drawn.filter((value) => value < -8.5 * scale).length,
      clippedAbove: drawn.filter((value) => value > 7.5 * scale).length,
      levelsUsed: Math.min(16, values)
    }
  };
}

const weightsOf =
  (counted: ValueHistogram): GalleryEntry['full'] =>
  (theme) =>
    valueHistogram(counted, 'weights', 'layer1.0.conv1', null, 'linear', theme);

export const layerEntries = {
  layerBars: {
    full: (theme) => layerBars(layersOf(layerNames), 'weightSqnrDb', theme),
    one: (theme) => layerBars(layersOf(['fc']), 'weightSqnrDb', theme),
    empty: (theme) => layerBars([], 'weightSqnrDb', theme)
  },
  codeDivergence: {
    full: (theme) => codeDivergence(divergence(layerNames, 12), 'simulated', theme),
    one: (theme) => codeDivergence(divergence(['conv1', 'conv2', 'conv3', 'fc'], 1), 'simulated', theme),
    empty: (theme) => codeDivergence(divergence([], 0), 'limited', theme)
  },
  valueHistogram: {
    full: weightsOf(histogram(4000)),
    one: weightsOf(histogram(1)),
    empty: weightsOf({ ...histogram(0), quantizer: null })
  }
} as const satisfies Record<string, GalleryEntry>;

import {
  comparedQuantities,
  holmAdjusted,
  type ClassComparison,
  type LayerComparison
} from '../../../contract/index.ts';
import { classMap } from '../../figures/class-map.ts';
import { layerMap } from '../../figures/layer-map.ts';
import { parallelCoordinates } from '../../figures/parallel-coordinates.ts';
import type { GalleryEntry } from '../gallery-entry.ts';
import { layerNames } from '../layers.ts';
import { crossed, single } from '../runs.ts';
import { seeded } from '../seeded.ts';

const shapes = ['circle', 'square', 'triangle', 'star', 'cross', 'ring', 'bar', 'heart', 'arrow', 'moon'];
const letters = ['A', 'B', 'C', 'D'];

/** Each run a little worse than the one before, and worst at the last classes. */
function classes(names: readonly string[], runs: number): ClassComparison {
  const next = seeded(names.length + runs);
  const samples = names.map(() => 200);
  return {
    classNames: [...names],
    samples,
    runs: Array.from({ length: runs }, (_run, run) => {
      const right = names.map((_name, label) => Math.round(190 - 9 * run * next() - 0.8 * run * label));
      const pValue = right.map((count) => (run === 0 ? 1 : Math.min(1, Math.exp((count - 184) / 4))));
      return {
        id: `run_${letters[run]!}`,
        right,
        low: right.map((count) => count / 200 - 0.04),
        high: right.map((count) => Math.min(1, count / 200 + 0.03)),
        onlyReference: right.map((count) => (run === 0 ? 0 : Math.max(0, 190 - count))),
        onlyRun: right.map(() => (run === 0 ? 0 : 1)),
        pValue,
        adjusted: holmAdjusted(pValue)
      };
    })
  };
}

/** The deeper the layer and the later the run, the more is lost. */
function layers(names: readonly string[], runs: number): LayerComparison {
  const next = seeded(names.length);
  const numbers = () =>
    names.map((_name, layer) =>
      Array.from({ length: runs }, (_run, run) => 34 - 0.6 * layer - 5 * run + 3 * next())
    );
  return {
    runs: letters.slice(0, runs).map((letter) => `run_${letter}`),
    layers: [...names],
    quantities: Object.fromEntries(
      comparedQuantities.map((quantity) => [quantity, numbers()])
    ) as LayerComparison['quantities']
  };
}

const parallel = {
  factors: ['weights.bits', 'activations.bits'],
  metrics: ['modelSizeBits', 'top1'],
  name: 'Settings and what they reach'
};

export const comparisonEntries = {
  classMap: {
    full: (theme) => classMap(classes(shapes, 4), letters, 0, true, theme),
    one: (theme) => classMap(classes(['circle'], 2), letters.slice(0, 2), 0, false, theme),
    empty: (theme) => classMap(classes([], 2), letters.slice(0, 2), 0, true, theme)
  },
  layerMap: {
    full: (theme) => layerMap(layers(layerNames, 4), 'outputSqnrDb', letters, 0, theme),
    one: (theme) => layerMap(layers(['fc'], 1), 'outputSqnrDb', ['A'], null, theme),
    empty: (theme) => layerMap(layers([], 0), 'outputSqnrDb', [], null, theme)
  },
  parallelCoordinates: {
    full: (theme) => parallelCoordinates(crossed, { ...parallel, theme }),
    one: (theme) => parallelCoordinates(single, { ...parallel, theme }),
    empty: (theme) => parallelCoordinates([], { ...parallel, theme })
  }
} as const satisfies Record<string, GalleryEntry>;

import { accuracyAgainstCost } from '../../figures/accuracy-against-cost.ts';
import { accuracyAgainstBits, accuracyAgainstFactor } from '../../figures/accuracy-against-factor.ts';
import { accuracyMap } from '../../figures/accuracy-map.ts';
import { confusionMatrix } from '../../figures/confusion-matrix.ts';
import type { GalleryEntry } from '../gallery-entry.ts';
import { crossed, priced, single, sweep } from '../runs.ts';
import { seeded } from '../seeded.ts';

const both = { factor: 'weights.bits', companions: ['activations.bits'] };
const axes = { rows: 'weights.bits', columns: 'activations.bits' };
const shapes = ['circle', 'square', 'triangle', 'star', 'cross', 'ring', 'bar', 'heart', 'arrow', 'moon'];

/** Most of each class on the diagonal, the rest among its neighbours. */
function confusion(classes: number): number[][] {
  const next = seeded(classes);
  return Array.from({ length: classes }, (_row, label) =>
    Array.from({ length: classes }, (_cell, prediction) => {
      if (label === prediction) return 170 + Math.floor(20 * next());
      return Math.abs(label - prediction) < 3 ? Math.floor(9 * next()) : Math.floor(1.2 * next());
    })
  );
}

export const accuracyEntries = {
  accuracyAgainstBits: {
    full: (theme) => accuracyAgainstBits(sweep, { ...both, theme }),
    one: (theme) => accuracyAgainstBits(single, { ...both, theme }),
    empty: (theme) => accuracyAgainstBits([], { ...both, theme })
  },
  accuracyAgainstFactor: {
    full: (theme) =>
      accuracyAgainstFactor(crossed, { factor: 'activations.bits', split: ['weights.bits'], theme }),
    one: (theme) => accuracyAgainstFactor(single, { factor: 'activations.observer', theme }),
    empty: (theme) => accuracyAgainstFactor([], { factor: 'activations.observer', theme })
  },
  accuracyMap: {
    full: (theme) => accuracyMap(crossed, axes, 'resnet18-mse', theme),
    one: (theme) => accuracyMap(single, axes, 'resnet18-cross-entropy', theme),
    empty: (theme) => accuracyMap([], axes, 'resnet18-mse', theme)
  },
  accuracyAgainstCost: {
    full: (theme) => accuracyAgainstCost(priced, 'modelSizeBits', theme),
    one: (theme) => accuracyAgainstCost(single, 'averageWeightBits', theme),
    empty: (theme) => accuracyAgainstCost([], 'bops', theme)
  },
  confusionMatrix: {
    full: (theme) => confusionMatrix(confusion(shapes.length), shapes, theme),
    one: (theme) => confusionMatrix([[1]], ['circle'], theme),
    empty: (theme) => confusionMatrix([], [], theme)
  }
} as const satisfies Record<string, GalleryEntry>;

import type { BitChoice, SensitivityMeasure, SensitivityUnit } from '../../../contract/index.ts';
import { chosenBitsMap } from '../../figures/chosen-bits-map.ts';
import { orderedUnits, sensitivityMap, unitRows } from '../../figures/sensitivity-map.ts';
import type { GalleryEntry } from '../gallery-entry.ts';
import { layerNames } from '../layers.ts';
import { seeded } from '../seeded.ts';

const bits = [8, 6, 4, 3, 2];
const float = { top1: { value: 0.92, low: 0.895, high: 0.94, count: 512 }, crossEntropy: 0.31 };

function measured(names: readonly string[]): { units: SensitivityUnit[]; measures: SensitivityMeasure[] } {
  const next = seeded(21);
  const units = names.map((name): SensitivityUnit => ({
    subject: 'weights',
    name,
    values: 9216,
    macs: 2_000_000,
    input: null,
    feeds: []
  }));
  const measures = names.flatMap((unit, index) => {
    const loss = 14 * next() + (index === 0 ? 8 : 0);
    return bits.map((width): SensitivityMeasure => {
      const logitsSqnrDb = 6 * width + 4 - loss;
      const top1 = Math.max(0.1, 0.92 - 0.6 * 10 ** (-logitsSqnrDb / 14));
      return {
        subject: 'weights',
        unit,
        bits: width,
        top1: { value: top1, low: top1 - 0.02, high: top1 + 0.02, count: 512 },
        logitsError: 10 ** (-logitsSqnrDb / 10),
        logitsSqnrDb,
        divergence: 10 ** (-logitsSqnrDb / 12),
        crossEntropy: 0.31 + 10 ** (-logitsSqnrDb / 12),
        sizeBits: 9216 * width
      };
    });
  });
  return { units, measures };
}

const sensitivities = (names: readonly string[]): GalleryEntry['full'] => {
  const rows = orderedUnits(unitRows(measured(names), 'weights'), 'sensitivity', 'logitsSqnrDb', float, bits);
  const details = { model: 'resnet18-mse', bits, samples: 512, dataset: 'shapes10-calib' };
  return (theme) => sensitivityMap(rows, details, float, 'weights', 'logitsSqnrDb', theme);
};

function choices(names: readonly string[], budgets: readonly number[]): BitChoice[] {
  const next = seeded(8);
  const needs = names.map(() => 3 * next() - 1.5);
  return budgets.map((budget) => ({
    budget,
    weights: names.map((layer, index) => ({
      layer,
      bits: Math.min(8, Math.max(2, Math.round(budget + needs[index]!)))
    })),
    activations: [],
    averageBits: budget,
    sizeBits: 700_000 * budget,
    bops: 3e9 * budget,
    cost: 1 / budget,
    predictedSqnrDb: 6 * budget
  }));
}

export const sensitivityEntries = {
  sensitivityMap: {
    full: sensitivities(layerNames),
    one: sensitivities(['fc']),
    empty: sensitivities([])
  },
  chosenBitsMap: {
    full: (theme) =>
      chosenBitsMap(choices(layerNames, [6, 5, 4, 3.5, 3, 2.5]), 'average-bits', 'weights', theme),
    one: (theme) => chosenBitsMap(choices(['fc'], [4]), 'average-bits', 'weights', theme),
    empty: (theme) => chosenBitsMap([], 'average-bits', 'weights', theme)
  }
} as const satisfies Record<string, GalleryEntry>;

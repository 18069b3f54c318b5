import { comparedQuantities, type Handlers, type LayerComparison } from '../../contract/index.ts';
import { alignedNames } from './aligned-names.ts';
import type { Context } from './context.ts';
import { withPauses } from './pauses.ts';
import { requireRun } from './runs.ts';

/** The layers of several runs side by side, as numbers alone: the quantizers of wide layers stay in the notebook. */
export function layerComparison({ notebook }: Context): Pick<Handlers, 'runs.layers'> {
  return {
    'runs.layers': async ({ ids }) => {
      const runs = [...new Set(ids)];
      const layersOf: ReturnType<typeof notebook.layerResults.comparedOf>[] = [];
      for await (const id of withPauses(runs))
        layersOf.push(notebook.layerResults.comparedOf(requireRun(notebook, id).id));
      const names = alignedNames(layersOf.map((layers) => layers.map(({ name }) => name)));
      const byName = layersOf.map((layers) => new Map(layers.map((layer) => [layer.name, layer])));
      const quantities = Object.fromEntries(
        comparedQuantities.map((quantity) => [
          quantity,
          names.map((name) => byName.map((layers) => layers.get(name)?.[quantity] ?? null))
        ])
      ) as LayerComparison['quantities'];
      return { runs, layers: names, quantities };
    }
  };
}

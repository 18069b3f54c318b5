import type { Model } from '../../../contract/index.ts';
import { useNotebook } from '../../state/notebook.svelte.ts';

/** The layers of some models, which are asked for while a component lives. */
export interface LayerNames {
  /** Each model with the names of its layers. */
  readonly byModel: readonly (readonly [string, readonly string[]])[];
  /** Each name once. */
  readonly names: readonly string[];
}

/** Follows the layers of the models that a function gives. */
export function useLayerNames(models: () => readonly Model[]): LayerNames {
  const notebook = useNotebook();
  let byModel = $state.raw<LayerNames['byModel']>([]);
  const wanted = $derived(
    models()
      .map(({ id, name }) => `${id} ${name}`)
      .join('\n')
  );
  $effect(() => {
    const asked = wanted;
    if (asked === '') {
      byModel = [];
      return;
    }
    void Promise.all(
      asked.split('\n').map(async (line) => {
        const [id = '', ...name] = line.split(' ');
        const { layers } = await notebook.call('models.get', { id });
        return [name.join(' '), layers.map((layer) => layer.name)] as const;
      })
    ).then(
      (found) => {
        if (asked === wanted) byModel = found;
      },
      // A model that is removed meanwhile is shown as missing elsewhere.
      () => (byModel = [])
    );
  });
  const names = $derived(
    byModel.flatMap(([, layers]) => layers).filter((name, index, all) => all.indexOf(name) === index)
  );
  return {
    get byModel() {
      return byModel;
    },
    get names() {
      return names;
    }
  };
}

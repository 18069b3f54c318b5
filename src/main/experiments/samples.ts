import { join } from 'node:path';
import type { Context } from './context.ts';
import { importDataset } from './datasets.ts';
import { importModel } from './models.ts';

const sampleModels = ['cross-entropy', 'label-smoothing', 'mse'];
const sampleDatasets = { 'shapes10-calib': 'calib.npz', 'shapes10-test': 'test.npz' };
const classNames = [
  'circle',
  'square',
  'triangle',
  'star',
  'cross',
  'ring',
  'crescent',
  'hexagon',
  'arrow',
  'heart'
];
/** As the sample models were trained: tools/samples/train_models.py. */
const preprocessing = { scale: 1 / 255, mean: [0.5], std: [0.25] };

/**
 * Imports the sample models and data sets into a notebook that never had them. What the person removed afterwards does
 * not come back, and what the person named alike before is left alone.
 */
export async function ensureSamples(context: Context): Promise<void> {
  const { notebook } = context;
  const imported = new Set((notebook.settings.get('samples') as string[] | undefined) ?? []);
  const once = async (name: string, add: () => Promise<unknown>) => {
    if (imported.has(name)) return;
    await add();
    imported.add(name);
    notebook.settings.set('samples', [...imported]);
  };
  // The samples come with the program: no client named their paths.
  const trusted: Context = { ...context, allowPath: () => true };
  const file = (name: string) => ({ path: join(context.resources, 'samples', name) });

  for (const loss of sampleModels) {
    const name = `resnet18-${loss}`;
    await once(name, async () => {
      if (notebook.models.byName(name) !== null) return;
      await importModel(trusted, { source: file(`${name}.onnx`), name, tags: { loss } });
      context.emit({ type: 'changed', kind: 'models' });
    });
  }
  for (const [name, fileName] of Object.entries(sampleDatasets)) {
    await once(name, async () => {
      if (notebook.datasets.byName(name) !== null) return;
      await importDataset(trusted, {
        source: file(fileName),
        labels: 'fine',
        name,
        preprocessing,
        classNames
      });
      context.emit({ type: 'changed', kind: 'datasets' });
    });
  }
}

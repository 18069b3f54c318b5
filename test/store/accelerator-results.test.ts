import { expect, test } from 'vitest';
import type { AcceleratorResult, LayerResult } from '../../src/contract/index.ts';
import { openNotebook } from '../../src/main/store/index.ts';
import { addDataset, addModel, addRun, clock, migrations, temporaryFolder } from './notebook-fixture.ts';

const accelerator: AcceleratorResult = {
  tiles: 3,
  passes: 4,
  utilization: 0.75,
  fullScale: 129024,
  adcLow: -0.02,
  adcHigh: 0.03,
  clippedShare: 0.0001,
  overflows: 0,
  outputSqnrDb: 31.5
};

const layer = (index: number): LayerResult => ({
  index,
  name: `layer ${index}`,
  operator: 'Conv',
  fused: null,
  macs: 1,
  parameters: 1,
  weights: null,
  weightSqnrDb: null,
  output: null
});

test('what layers did on an accelerator is kept with their run', async () => {
  const notebook = openNotebook(temporaryFolder(), { migrations, clock });
  const run = addRun(notebook, await addModel(notebook, 'small'), await addDataset(notebook, 'data'));
  const ideal = { ...accelerator, adcLow: null, adcHigh: null, outputSqnrDb: null };
  const layers = [layer(0), { ...layer(1), accelerator }, { ...layer(2), accelerator: ideal }];
  notebook.layerResults.insert(run, layers);
  expect(notebook.layerResults.ofRun(run)).toEqual(layers);
  expect((await notebook.verify()).problems).toEqual([]);
  notebook.close();
});

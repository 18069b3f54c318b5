export { datasetFormat, inspectDataset, openDataset } from './dataset.ts';
export type { InspectedDataset } from './dataset.ts';
export { openMeasurement, parseMeasurement } from './measurement.ts';
export type { ElementType, NpyArray } from './npy.ts';
export { readNpz } from './npz.ts';
export type { NpzOptions } from './npz.ts';
export type { DatasetFormat, OpenDataset } from './open-dataset.ts';
export { npyBytes, writeNpz, zipBytes } from './write-npz.ts';

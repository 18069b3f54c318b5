import type { z } from 'zod';
import { acceleratorMethods } from './methods/accelerator.ts';
import { datasetsMethods } from './methods/datasets.ts';
import { experimentsMethods } from './methods/experiments.ts';
import { exportsMethods } from './methods/exports.ts';
import { keptMethods } from './methods/kept.ts';
import { measurementsMethods } from './methods/measurements.ts';
import { modelsMethods } from './methods/models.ts';
import { notebookMethods } from './methods/notebook.ts';
import { resultsMethods } from './methods/results.ts';
import { runsMethods } from './methods/runs.ts';
import { sensitivityMethods } from './methods/sensitivity.ts';
import { trashMethods } from './methods/trash.ts';

export * from './methods/accelerator.ts';
export * from './methods/datasets.ts';
export * from './methods/experiments.ts';
export * from './methods/exports.ts';
export * from './methods/file-source.ts';
export * from './methods/kept.ts';
export * from './methods/measurements.ts';
export * from './methods/models.ts';
export * from './methods/notebook.ts';
export * from './methods/results.ts';
export * from './methods/runs.ts';
export * from './methods/sensitivity.ts';
export * from './methods/trash.ts';

/** What every host offers: method -> its input and its output. */
export const methods = {
  ...notebookMethods,
  ...keptMethods,
  ...trashMethods,
  ...modelsMethods,
  ...datasetsMethods,
  ...measurementsMethods,
  ...experimentsMethods,
  ...runsMethods,
  ...resultsMethods,
  ...sensitivityMethods,
  ...acceleratorMethods,
  ...exportsMethods
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

export type Methods = typeof methods;
export type MethodName = keyof Methods;
/** What a caller passes: defaults may be left out. */
export type MethodInput<M extends MethodName> = z.input<Methods[M]['input']>;
/** What a handler receives: defaults are filled in. */
export type MethodParameters<M extends MethodName> = z.output<Methods[M]['input']>;
export type MethodOutput<M extends MethodName> = z.output<Methods[M]['output']>;

/** The one handler table that serves every host. */
export type Handlers = { [M in MethodName]: (input: MethodParameters<M>) => Promise<MethodOutput<M>> };

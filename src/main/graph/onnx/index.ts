export * from './attributes.ts';
export * from './build.ts';
export * from './element-type.ts';
export * from './model.ts';
export type { ExternalData } from './external-data.ts';
export { readModel } from './read-model.ts';
export { writeModel } from './write-model.ts';

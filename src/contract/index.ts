export * from './canonical-json.ts';
export * from './configuration.ts';
export * from './entities.ts';
export * from './errors/index.ts';
export * from './events.ts';
export * from './experiment-file.ts';
export * from './methods.ts';
export * from './nearest-name.ts';

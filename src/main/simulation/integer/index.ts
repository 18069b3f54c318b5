export * from './activation-codes.ts';
export * from './bias.ts';
export * from './execute-layer.ts';
export * from './integer-layer.ts';
export * from './overflow.ts';
export * from './requantization.ts';
export * from './settings.ts';

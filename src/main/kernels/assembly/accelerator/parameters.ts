// What a pass is, as words of 32 bits: written by accelerator-programs.ts, which has the same list.

export const KIND: usize = 0;
export const TILES: usize = 4;
export const PAIRS: usize = 8;
export const TILE_PAIRS: usize = 12;
export const TABLE: usize = 16;
export const IS_NOISY: usize = 20;
export const PER_SQUARE_OF_ACTIVATIONS: usize = 24;
export const PER_SQUARE_OF_PRODUCTS: usize = 28;
export const PER_MAGNITUDE: usize = 32;
export const PER_SQUARE: usize = 36;
export const DEVIATIONS: usize = 40;
export const DEVIATION_COUNT: usize = 44;
export const KEY_0: usize = 48;
export const KEY_1: usize = 52;
export const PASS_INDEX: usize = 56;
export const CONVERTER: usize = 60;
export const PER_LEVEL: usize = 64;
export const LOW: usize = 68;
export const HIGH: usize = 72;
export const IS_FLOOR: usize = 76;
export const THRESHOLDS: usize = 80;
export const THRESHOLD_COUNT: usize = 84;
export const SHIFT: usize = 88;
export const IS_NEGATIVE: usize = 92;
export const REGISTER: usize = 96;
export const REGISTER_BITS: usize = 100;
export const PER_BIN: usize = 104;
export const BINS: usize = 108;

/** Kinds of operands. */
export const WHOLE = 0;
export const FLOAT = 1;
export const PRODUCTS = 2;

/** Kinds of converters. */
export const WHOLE_LEVELS = 0;
export const LEVELS = 1;

/** Kinds of registers: 32 bits that cannot overflow, any that wraps, any that saturates. */
export const AMPLE = 0;
export const WRAPS = 1;

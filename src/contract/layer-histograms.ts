import { z } from 'zod';

/** How a histogram's values are quantized. Places are in the histogram's unit. */
export const HistogramQuantizer = z.object({
  bits: z.int(),
  /** The one scale and zero point; null where values with several scales are drawn together. */
  scale: z.number().nullable(),
  zeroPoint: z.int().nullable(),
  /** Where the levels lie, in rising order; empty where there are more than 1,024. */
  levels: z.array(z.number()),
  levelCount: z.int(),
  evenlySpaced: z.boolean(),
  firstLevel: z.number(),
  lastLevel: z.number(),
  /** Half a step beyond the outermost levels; values outside are clipped. */
  lowest: z.number(),
  highest: z.number(),
  clippedBelow: z.int(),
  clippedAbove: z.int(),
  /** Levels that are the nearest one of some value. */
  levelsUsed: z.int()
});

/** How often values occur, before they are quantized. */
export const ValueHistogram = z.object({
  /**
   * `value`: as the network has them. `code`: divided by the scale of each, its zero point added, so that the levels of all
   * scales lie at the same places.
   */
  unit: z.enum(['value', 'code']),
  values: z.int(),
  /** How many of them are exactly zero, and where zero lies; null where that differs between scales. */
  zeros: z.int(),
  zero: z.number().nullable(),
  minimum: z.number(),
  maximum: z.number(),
  /** Bins of equal widths from `start` to `end`. Exact zeros, half of all values behind a Relu, are not in them. */
  start: z.number(),
  end: z.number(),
  counts: z.array(z.int()),
  quantizer: HistogramQuantizer.nullable()
});

/** The weights of a layer, and what enters and leaves it in the float network. */
export const LayerHistograms = z.object({
  layer: z.string(),
  /** How many output channels the weights have, and how many groups each of them; 1 and 1 where one scale serves all. */
  channels: z.int(),
  groups: z.int(),
  /** Which of them the weights are of; null for all. */
  channel: z.int().nullable(),
  group: z.int().nullable(),
  /** Of all weights, or of the channel and group that were asked for. */
  weights: ValueHistogram,
  /** On so many pictures of this data set. */
  pictures: z.int(),
  dataset: z.string(),
  input: ValueHistogram,
  output: ValueHistogram
});

export type HistogramQuantizer = z.infer<typeof HistogramQuantizer>;
export type ValueHistogram = z.infer<typeof ValueHistogram>;
export type LayerHistograms = z.infer<typeof LayerHistograms>;

import type { Dataset } from '../../contract/index.ts';
import type { Layout, PictureShape } from './pictures.ts';

/** A labelled set of pictures, open for reading. */
export interface OpenDataset {
  readonly samples: number;
  /** Channels, height, width, after preprocessing. */
  readonly shape: PictureShape;
  readonly elementType: Dataset['elementType'];
  readonly layout: Layout;
  /** One for each sample, from 0 to classes - 1. */
  readonly labels: Int32Array;
  /** The largest label plus one. */
  readonly classes: number;
  /**
   * Preprocessed pictures in NCHW order, float32: count * channels * height * width values.
   * @throws RangeError outside of the samples
   */
  batch(offset: number, count: number): Promise<Float32Array>;
  /** The same of samples in any order. */
  chosen(samples: ArrayLike<number>): Promise<Float32Array>;
  /** One picture before preprocessing, for the screen; no side longer than 160 pixels, unless it is an array. */
  picture(sample: number): Promise<ShownPicture>;
}

export interface ShownPicture {
  readonly width: number;
  readonly height: number;
  /** height * width * 4 bytes of red, green, blue and 255. */
  readonly rgba: Uint8Array;
}

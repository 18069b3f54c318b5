import type { Dataset, Preprocessing } from '../../contract/index.ts';
import type { Layout, PictureShape } from './pictures.ts';

export type DatasetFormat = Dataset['format'];

/** A labelled set of pictures, open for reading. */
export interface OpenDataset {
  readonly samples: number;
  /** Channels, height, width. */
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
  batch(offset: number, count: number): Float32Array;
  batch(samples: ArrayLike<number>): Float32Array;
  /** One picture before preprocessing, for the screen: height * width * 4 bytes of red, green, blue and 255. */
  picture(sample: number): Uint8Array;
}

export interface OpenOptions {
  readonly preprocessing: Preprocessing;
  /** The file's name in error messages. */
  readonly fileName: string;
  /** Most bytes that the arrays may take in memory. */
  readonly bytes?: number;
}

/** What a data format has to bring. New formats are added to the list in dataset.ts. */
export interface DatasetReader {
  open(path: string, options: OpenOptions): Promise<OpenDataset>;
}

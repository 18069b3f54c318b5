import type { Layout, PictureShape } from './pictures.ts';

/** Elements of one picture as they are stored, or the bytes of one picture file. */
export type StoredBytes = Uint8Array | Float32Array;

/** What the pictures of a source are. */
export type PictureElements =
  | {
      readonly kind: 'array';
      readonly type: 'uint8' | 'float32';
      readonly layout: Layout;
      readonly shape: PictureShape;
    }
  | {
      readonly kind: 'file';
      /** Name of a sample's file, for messages. */
      pathOf(sample: number): string;
      /** Channels (1 or 3), height and width of each sample, three numbers for each; null where nothing was decoded yet. */
      readonly sizes: Int32Array | null;
    };

/** Labelled pictures as they lie in files, before anything is done to them. Every reader makes one; nothing else knows formats. */
export interface PictureSource {
  /** One for each sample, from 0 on. */
  readonly labels: Int32Array;
  /** Names of the classes as the files give them; empty where they give none. */
  readonly classNames: readonly string[];
  readonly elements: PictureElements;
  /** What each sample holds: elements in the layout of `elements`, or an encoded file. @throws BitlabError DATA_* */
  read(samples: readonly number[]): Promise<StoredBytes[]>;
}

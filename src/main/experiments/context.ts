import type { AcceleratorPreset, BitlabEvent } from '../../contract/index.ts';
import type { Notebook } from '../store/index.ts';
import type { Computer } from './computer.ts';

/** What a host supplies to the use cases. */
export interface Context {
  readonly notebook: Notebook;
  readonly computer: Computer;
  /** The folder with `samples/`, `experiments/` and `presets/`. */
  readonly resources: string;
  /** Descriptions of hardware that come with the program. */
  readonly presets: readonly AcceleratorPreset[];
  /** Bitlab's own version. */
  readonly version: string;
  /** Files that a browser sent. A host without uploads throws UPLOAD_NOT_FOUND. */
  readonly uploads: {
    /** Where an uploaded file lies. Throws UPLOAD_NOT_FOUND. */
    path(id: string, fileName: string): string;
    /** The upload was imported, or never will be. */
    remove(id: string): Promise<void>;
  };
  /** Whether a path that a client named may be read. */
  allowPath(path: string): boolean;
  emit(event: BitlabEvent): void;
  clock(): Date;
}

/** The time now, as it is stored. */
export function timestamp(context: Context): string {
  return context.clock().toISOString();
}

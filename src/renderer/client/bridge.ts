import type { ErrorReport, FileKind } from '../../contract/index.ts';

/** What a call comes back as: errors travel as reports, because thrown ones lose their fields between processes. */
export type Answer = { readonly value: unknown } | { readonly error: ErrorReport };

/** Larger, smaller, or as at first. */
export type ZoomStep = 'in' | 'out' | 'reset';

/** What the desktop's preload script exposes as `window.bitlab`. */
export interface Bridge {
  call(method: string, input: unknown): Promise<Answer>;
  /** Calls the listener for every event of the notebook, until the function returned is called. */
  onEvent(listener: (event: unknown) => void): () => void;
  /** Paths that the person chose; empty where the dialog was cancelled. */
  chooseFiles(kind: FileKind): Promise<readonly string[]>;
  /** Draws everything larger or smaller. */
  zoom(step: ZoomStep): void;
  /** The path of a file that was dropped or chosen. */
  pathForFile(file: File): string;
}

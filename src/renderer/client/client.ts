import type {
  BitlabEvent,
  FileKind,
  FileSource,
  MethodInput,
  MethodName,
  MethodOutput
} from '../../contract/index.ts';
import type { ZoomStep } from './bridge.ts';

/** A file that a person chose or dropped, before its bytes went anywhere. */
export interface ChosenFile {
  /** With the folders before it, where it was chosen or dropped within one. */
  readonly fileName: string;
  /** Makes the file reachable for the host (uploading it where it must) and says where it is. */
  source(): Promise<FileSource>;
}

export type EventListener = (event: BitlabEvent) => void;
export type ConnectionListener = (connected: boolean) => void;

/** The notebook as the interface sees it, whatever host is behind it. Every promise rejects with a BitlabError. */
export interface Client {
  /** @param options.leaving the page is being closed: the call must be on its way before it is gone */
  call<M extends MethodName>(
    method: M,
    input: MethodInput<M>,
    options?: { readonly leaving?: boolean }
  ): Promise<MethodOutput<M>>;
  /** Calls the listener for each event; returns the function that stops it. */
  onEvent(listener: EventListener): () => void;
  /** Calls the listener at once and whenever the connection is lost or found again. */
  onConnection(listener: ConnectionListener): () => void;
  /** Draws everything larger or smaller; null where the browser has its own keys for that. */
  readonly zoom: ((step: ZoomStep) => void) | null;
  chooseFiles(kind: FileKind): Promise<readonly ChosenFile[]>;
  /** The same for files that were dropped on the window. */
  chosenFrom(files: Iterable<File>): readonly ChosenFile[];
  /** The same where folders may be among them: a folder is one of them where the host reads paths, and all its files elsewhere. */
  chosenWithFolders(
    files: Iterable<File>,
    entries: readonly FileSystemEntry[]
  ): Promise<readonly ChosenFile[]>;
}

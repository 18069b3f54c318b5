import type { BitlabEvent, FileSource, MethodInput, MethodName, MethodOutput } from '../../contract/index.ts';
import type { FileKind } from './bridge.ts';

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
  call<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>>;
  /** Calls the listener for each event; returns the function that stops it. */
  onEvent(listener: EventListener): () => void;
  /** Calls the listener at once and whenever the connection is lost or found again. */
  onConnection(listener: ConnectionListener): () => void;
  chooseFiles(kind: FileKind): Promise<readonly ChosenFile[]>;
  /** The same for files that were dropped on the window. */
  chosenFrom(files: Iterable<File>): readonly ChosenFile[];
  /** The same where folders may be among them: a folder is one of them where the host reads paths, and all its files elsewhere. */
  chosenWithFolders(
    files: Iterable<File>,
    entries: readonly FileSystemEntry[]
  ): Promise<readonly ChosenFile[]>;
}

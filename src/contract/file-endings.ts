import type { Dataset } from './entities.ts';

/** What a file can be imported as. */
export type FileKind = 'model' | 'dataset' | 'measurement' | 'experiment';

/** How the names of data files end, for each format of the notebook. A format without endings is chosen in its dialog alone. */
export const datasetEndings: Readonly<Record<Dataset['format'], readonly string[]>> = { npz: ['.npz'] };

/** How the names of files of each kind end, in lower case. Hosts offer these in their dialogs, and dropped files are told apart by them. */
export const fileEndings: Readonly<Record<FileKind, readonly string[]>> = {
  model: ['.onnx'],
  dataset: Object.values(datasetEndings).flat(),
  measurement: ['.csv'],
  experiment: ['.yaml', '.yml', '.json']
};

/** The kind of a file by its name; null for one that nothing imports. */
export function fileKindOf(fileName: string): FileKind | null {
  const name = fileName.toLowerCase();
  const found = Object.entries(fileEndings).find(([, endings]) =>
    endings.some((ending) => name.endsWith(ending))
  );
  return (found?.[0] as FileKind | undefined) ?? null;
}

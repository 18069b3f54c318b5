/** What files, or a folder, can be imported as. */
export type FileKind = 'model' | 'dataset' | 'dataset-folder' | 'measurement' | 'experiment' | 'results';

/** How the names of files of each kind end, in lower case. Hosts offer these in their dialogs. */
export const fileEndings: Readonly<Record<FileKind, readonly string[]>> = {
  model: ['.onnx'],
  dataset: ['.npz', '.npy', '.zip', '.bin', '.gz'],
  'dataset-folder': [],
  measurement: ['.csv'],
  experiment: ['.yaml', '.yml', '.json'],
  results: ['.db', '.sqlite', '.sqlite3', '.csv']
};

/** The kinds that are told apart by their names where files are dropped; results are chosen on the screen of runs. */
export const droppedKinds = ['model', 'dataset', 'measurement', 'experiment'] as const;

export type DroppedKind = (typeof droppedKinds)[number];

/** MNIST's files have no ending: `train-images-idx3-ubyte`. */
const idxName = /idx\d-ubyte$/;

/** The kind of a dropped file by its name; null for one that nothing imports. */
export function droppedKindOf(fileName: string): DroppedKind | null {
  const name = fileName.toLowerCase();
  if (idxName.test(name)) return 'dataset';
  return droppedKinds.find((kind) => fileEndings[kind].some((ending) => name.endsWith(ending))) ?? null;
}

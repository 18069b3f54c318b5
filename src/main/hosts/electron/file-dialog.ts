import { dialog } from 'electron';
import type { BrowserWindow, OpenDialogOptions } from 'electron';
import { fileEndings, type FileKind } from '../../../contract/index.ts';

/** Endings without their dot, as dialogs want them. */
const extensions = (kind: FileKind) => fileEndings[kind].map((ending) => ending.slice(1));

const offered: Readonly<Record<FileKind, OpenDialogOptions>> = {
  model: {
    title: 'Import models',
    properties: ['openFile', 'multiSelections'],
    filters: [{ name: 'ONNX models', extensions: extensions('model') }]
  },
  dataset: {
    title: 'Import a data set',
    properties: ['openFile', 'multiSelections'],
    // MNIST's files have no endings of their own.
    filters: [
      { name: 'All files', extensions: ['*'] },
      { name: 'Archives and arrays', extensions: extensions('dataset') }
    ]
  },
  'dataset-folder': { title: 'Import a folder of pictures', properties: ['openDirectory'] },
  measurement: {
    title: 'Import measurements',
    properties: ['openFile', 'multiSelections'],
    filters: [{ name: 'Tables', extensions: extensions('measurement') }]
  },
  experiment: {
    title: 'Open an experiment file',
    properties: ['openFile'],
    filters: [{ name: 'Experiment files', extensions: extensions('experiment') }]
  },
  results: {
    title: 'Import results',
    properties: ['openFile'],
    filters: [{ name: 'MLflow databases and tables of runs', extensions: extensions('results') }]
  }
};

/** Lets the person choose files of a kind; empty where the dialog was cancelled or the kind is unknown. */
export async function chooseFiles(window: BrowserWindow, kind: unknown): Promise<string[]> {
  const options =
    typeof kind === 'string' && Object.hasOwn(offered, kind) ? offered[kind as FileKind] : undefined;
  if (options === undefined) return [];
  const { canceled, filePaths } = await dialog.showOpenDialog(window, options);
  return canceled ? [] : filePaths;
}

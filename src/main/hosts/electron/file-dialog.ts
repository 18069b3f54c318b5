import { dialog } from 'electron';
import type { BrowserWindow, OpenDialogOptions } from 'electron';

const offered: Readonly<Record<string, OpenDialogOptions>> = {
  model: {
    title: 'Import models',
    properties: ['openFile', 'multiSelections'],
    filters: [{ name: 'ONNX models', extensions: ['onnx'] }]
  },
  dataset: {
    title: 'Import a data set',
    properties: ['openFile', 'multiSelections'],
    // MNIST's files have no endings of their own.
    filters: [
      { name: 'All files', extensions: ['*'] },
      { name: 'Archives and arrays', extensions: ['npz', 'npy', 'zip', 'bin', 'gz'] }
    ]
  },
  'dataset-folder': { title: 'Import a folder of pictures', properties: ['openDirectory'] },
  measurement: {
    title: 'Import a measurement',
    properties: ['openFile'],
    filters: [{ name: 'Tables', extensions: ['csv'] }]
  },
  experiment: {
    title: 'Open an experiment file',
    properties: ['openFile'],
    filters: [{ name: 'Experiment files', extensions: ['yaml', 'yml', 'json'] }]
  },
  results: {
    title: 'Import results',
    properties: ['openFile'],
    filters: [{ name: 'MLflow databases and tables of runs', extensions: ['db', 'sqlite', 'sqlite3', 'csv'] }]
  }
};

/** Lets the person choose files of a kind; empty where the dialog was cancelled or the kind is unknown. */
export async function chooseFiles(window: BrowserWindow, kind: unknown): Promise<string[]> {
  const options = typeof kind === 'string' && Object.hasOwn(offered, kind) ? offered[kind] : undefined;
  if (options === undefined) return [];
  const { canceled, filePaths } = await dialog.showOpenDialog(window, options);
  return canceled ? [] : filePaths;
}

import type { FileKind } from './bridge.ts';

const endings: Record<FileKind, string> = {
  model: '.onnx',
  // MNIST's files have no endings of their own.
  dataset: '',
  'dataset-folder': '',
  measurement: '.csv',
  experiment: '.yaml,.yml,.json',
  results: '.db,.sqlite,.sqlite3,.csv'
};

/** Opens the browser's file dialog; resolves to no files where it was cancelled. Must be called from a click. */
export function chooseInBrowser(kind: FileKind): Promise<readonly File[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = endings[kind];
  input.multiple = kind === 'model' || kind === 'dataset';
  input.webkitdirectory = kind === 'dataset-folder';
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve(Array.from(input.files ?? [])), { once: true });
    input.addEventListener('cancel', () => resolve([]), { once: true });
    input.click();
  });
}

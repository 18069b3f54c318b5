import { fileEndings, type FileKind } from '../../contract/index.ts';

/** Opens the browser's file dialog; resolves to no files where it was cancelled. Must be called from a click. */
export function chooseInBrowser(kind: FileKind): Promise<readonly File[]> {
  const input = document.createElement('input');
  input.type = 'file';
  // MNIST's files have no endings of their own.
  input.accept = kind === 'dataset' ? '' : fileEndings[kind].join(',');
  input.multiple = kind !== 'experiment' && kind !== 'results';
  input.webkitdirectory = kind === 'dataset-folder';
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve(Array.from(input.files ?? [])), { once: true });
    input.addEventListener('cancel', () => resolve([]), { once: true });
    input.click();
  });
}

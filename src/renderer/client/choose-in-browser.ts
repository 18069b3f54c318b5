import { fileEndings, type FileKind } from '../../contract/index.ts';

/** Opens the browser's file dialog; resolves to no files where it was cancelled. Must be called from a click. */
export function chooseInBrowser(kind: FileKind): Promise<readonly File[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = fileEndings[kind].join(',');
  input.multiple = kind !== 'experiment';
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve(Array.from(input.files ?? [])), { once: true });
    input.addEventListener('cancel', () => resolve([]), { once: true });
    input.click();
  });
}

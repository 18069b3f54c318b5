/** Hands a file to the browser's or the desktop's downloads. */
export function saveFile(fileName: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  // The download starts after this task; the address must outlive it.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** A text file, in UTF-8. */
export function saveText(fileName: string, text: string, mediaType: string): void {
  saveFile(fileName, new Blob([text], { type: `${mediaType};charset=utf-8` }));
}

/** A name as the stem of a file name: lower-case letters, digits and hyphens. */
export function fileStem(name: string): string {
  const stem = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return stem === '' ? 'figure' : stem.slice(0, 80);
}

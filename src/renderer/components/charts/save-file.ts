/** A download that begins while another one is beginning can be lost in Chromium: each waits this long after the one before. */
const pauseMs = 150;
let last: Promise<void> = Promise.resolve();

/** Hands a file to the browser's or the desktop's downloads; several follow one another. */
export function saveFile(fileName: string, content: Blob): void {
  last = last.then(() => {
    startDownload(fileName, content);
    return new Promise((resolve) => setTimeout(resolve, pauseMs));
  });
}

function startDownload(fileName: string, content: Blob): void {
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

/** A file that came in base64. */
export function saveBase64(fileName: string, base64: string, mediaType = 'application/octet-stream'): void {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  saveFile(fileName, new Blob([bytes], { type: mediaType }));
}

/** A name as the stem of a file name: lower-case letters, digits and hyphens. */
export function fileStem(name: string): string {
  const stem = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');
  return stem === '' ? 'figure' : stem.slice(0, 80);
}

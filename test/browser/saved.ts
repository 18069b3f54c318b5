import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Download, Locator } from 'playwright';

export interface SavedFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The name and the bytes of the file that a click makes the browser save. */
export async function savedBy(click: Locator): Promise<SavedFile> {
  const [file] = await allSavedBy(click, 1);
  return file!;
}

/** The files that a click makes the browser save one after another. */
export async function allSavedBy(click: Locator, count: number): Promise<SavedFile[]> {
  const page = click.page();
  const downloads: Download[] = [];
  const complete = page.waitForEvent('download', {
    predicate: (download) => downloads.push(download) === count
  });
  await Promise.all([complete, click.click()]);
  const files: SavedFile[] = [];
  for (const [index, download] of downloads.entries()) {
    const path = join(tmpdir(), `bitlab-download-${process.pid}-${index}`);
    await download.saveAs(path);
    files.push({ name: download.suggestedFilename(), bytes: await readFile(path) });
    await rm(path);
  }
  return files;
}

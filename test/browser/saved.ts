import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright';

/** The name and the bytes of the file that a click makes the browser save. */
export async function savedBy(click: Locator): Promise<{ name: string; bytes: Buffer }> {
  const [download] = await Promise.all([click.page().waitForEvent('download'), click.click()]);
  const path = join(tmpdir(), `bitlab-download-${process.pid}`);
  await download.saveAs(path);
  const bytes = await readFile(path);
  await rm(path);
  return { name: download.suggestedFilename(), bytes };
}

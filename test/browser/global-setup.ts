import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import type { TestProject } from 'vitest/node';
import { readModel, writeModel } from '../../src/main/graph/index.ts';
import type { Bitlab } from '../../src/main/hosts/open.ts';
import { interfaceFolder, samplesFolder } from '../../src/main/hosts/program-folder.ts';
import { findChromium, howToGetOne, launchFlags } from './chromium.ts';
import { computeNotebook } from './compute-notebook.ts';
import { brokenExperiment, crossedExperiment, smallExperiment } from './experiments.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the browser listens that all files share; null where there is none. */
    browserAddress: string | null;
    /** The built interface as it was when the tests began: a build in the meantime does not pull it away. */
    interfaceFolder: string;
    /** A notebook with finished experiments, to be copied. */
    computedNotebook: string;
  }
}

/** Starts the one browser, and computes the one notebook, that all files of the project share. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | void> {
  const executablePath = findChromium();
  if (executablePath === null) {
    process.stderr.write(`The browser tests are skipped. ${howToGetOne}\n`);
    project.provide('browserAddress', null);
    project.provide('interfaceFolder', '');
    project.provide('computedNotebook', '');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'bitlab-browser-'));
  const browser = await chromium.launchServer({ executablePath, args: [...launchFlags] });
  const close = async () => {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const [page, notebook] = [join(folder, 'interface'), join(folder, 'notebook')];
    cpSync(interfaceFolder, page, { recursive: true });
    await computeNotebook(
      notebook,
      (sample) => [smallExperiment(sample), crossedExperiment(sample), brokenExperiment(sample)],
      (bitlab) => importBrokenModel(bitlab, folder)
    );
    project.provide('browserAddress', browser.wsEndpoint());
    project.provide('interfaceFolder', page);
    project.provide('computedNotebook', notebook);
    return close;
  } catch (error) {
    await close();
    throw error;
  }
}

/** A sample model with weights so large that its logits overflow: it can be imported, and each of its runs fails. */
async function importBrokenModel({ handlers }: Bitlab, folder: string): Promise<void> {
  const model = readModel(await readFile(join(samplesFolder, 'resnet18-mse.onnx')), 'broken.onnx');
  const weights = [...model.graph.initializers.values()].findLast(({ shape }) => shape.length === 4)!;
  (weights.data as Float32Array).fill(1e37);
  const path = join(folder, 'broken.onnx');
  await writeFile(path, writeModel(model));
  await handlers['models.import']({ source: { path }, name: 'broken', tags: {} });
}

// Writes the documents that are made from the code: docs/errors.md, command-line.md, experiment-file.md, metrics.md,
// presets.md, and the sections of accelerator.md on light and cost.
// usage: npm run docs [-- --check]   with --check nothing is written; it fails where a document is not current.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, getFileInfo, resolveConfig } from 'prettier';
import { commandLineDocument } from './documents/command-line.ts';
import { costSection } from './documents/cost.ts';
import { errorsDocument } from './documents/errors.ts';
import { experimentFileDocument } from './documents/experiment-file.ts';
import { lightSection } from './documents/light.ts';
import { metricsDocument } from './documents/metrics.ts';
import { presetsDocument } from './documents/presets.ts';
import { withSections } from './documents/sections.ts';

const root = join(import.meta.dirname, '..');

const documents: Readonly<Record<string, () => string | Promise<string>>> = {
  'docs/accelerator.md': async () =>
    withSections(readFileSync(join(root, 'docs/accelerator.md'), 'utf8'), {
      light: lightSection(),
      cost: await costSection()
    }),
  'docs/command-line.md': commandLineDocument,
  'docs/errors.md': errorsDocument,
  'docs/experiment-file.md': experimentFileDocument,
  'docs/metrics.md': metricsDocument,
  'docs/presets.md': presetsDocument
};

const checking = process.argv.includes('--check');
for (const [path, document] of Object.entries(documents)) {
  const file = join(root, path);
  const text = await formatted(await document(), file);
  if (!checking) writeFileSync(file, text);
  else if (written(file) !== text) {
    console.error(`${path} is not current; run npm run docs.`);
    process.exitCode = 1;
  }
}

/** As `npm run format` would have it, but for what .prettierignore names: a table padded to its longest sentence is no help. */
async function formatted(text: string, file: string): Promise<string> {
  const { ignored } = await getFileInfo(file, { ignorePath: join(root, '.prettierignore') });
  return ignored ? text : format(text, { ...(await resolveConfig(file)), filepath: file });
}

function written(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

// Writes the sections of docs/accelerator.md whose numbers are runs'.
// usage: node tools/photonic.ts BUDGETS.json RUNS.json...
//   BUDGETS.json from bitlab experiment budget "Which loss survives a photonic accelerator?" --json
//   RUNS.json from bitlab export runs --experiment NAME --shape wide --format json --out RUNS.json, for each of the experiments
//   adc-bits.yaml, adc-range.yaml, laser-power.yaml and slices.yaml in resources/experiments
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import type { ErrorBudget } from '../src/contract/index.ts';
import type { ExportedRun } from './documents/methods.ts';
import { photonicSections } from './documents/photonic.ts';
import { withSections } from './documents/sections.ts';

const [budgets, ...exports] = process.argv.slice(2);
if (budgets === undefined || exports.length === 0)
  throw new Error('usage: node tools/photonic.ts BUDGETS.json RUNS.json...');
const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const sections = photonicSections({
  budgets: read(budgets) as ErrorBudget[],
  runs: exports.flatMap((path) => read(path) as ExportedRun[])
});
const file = join(import.meta.dirname, '../docs/accelerator.md');
const page = withSections(readFileSync(file, 'utf8'), sections, 'tools/photonic.ts');
writeFileSync(file, await format(page, { ...(await resolveConfig(file)), filepath: file }));

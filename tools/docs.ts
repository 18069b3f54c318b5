// Writes the document that is made from the code: docs/errors.md.
// usage: npm run docs [-- --check]   with --check nothing is written; it fails where a document is not current.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCatalogue, type ErrorCode } from '../src/contract/index.ts';
import { configurationErrors } from '../src/contract/errors/configuration-errors.ts';
import { dataErrors } from '../src/contract/errors/data-errors.ts';
import { modelErrors } from '../src/contract/errors/model-errors.ts';
import { notebookErrors } from '../src/contract/errors/notebook-errors.ts';

const root = join(import.meta.dirname, '..');

const parts: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['Models', modelErrors],
  ['Data sets', dataErrors],
  ['Configurations and experiments', configurationErrors],
  ['The notebook and its hosts', notebookErrors]
];

function errorsDocument(): string {
  const lines = [
    '# Errors',
    '',
    'Made from `src/contract/errors` by `npm run docs`. `{words}` in braces are filled in. The exit code is the command',
    "line's: 1 something failed, 2 wrong usage.",
    ''
  ];
  for (const [title, part] of parts) {
    lines.push(`## ${title}`, '', '| code | what it says | what to do | exit |', '| --- | --- | --- | --- |');
    for (const code of Object.keys(part) as ErrorCode[]) {
      const { sentence, remedy, exit } = errorCatalogue[code];
      lines.push(`| \`${code}\` | ${cell(sentence)} | ${cell(remedy)} | ${exit} |`);
    }
    lines.push('');
  }
  return lines.join('\n');
}

const cell = (text: string) => text.replaceAll('|', '\\|');

const documents = [['docs/errors.md', errorsDocument()]] as const;
const checking = process.argv.includes('--check');
let stale = 0;
for (const [path, text] of documents) {
  const file = join(root, path);
  if (!checking) writeFileSync(file, text);
  else if (readFileSync(file, 'utf8') !== text) {
    console.error(`${path} is not current; run npm run docs.`);
    stale++;
  }
}
process.exitCode = stale === 0 ? 0 : 1;

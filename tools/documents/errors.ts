import { errorCatalogue, type ErrorCode } from '../../src/contract/index.ts';
import { configurationErrors } from '../../src/contract/errors/configuration-errors.ts';
import { dataErrors } from '../../src/contract/errors/data-errors.ts';
import { measurementErrors } from '../../src/contract/errors/measurement-errors.ts';
import { modelErrors } from '../../src/contract/errors/model-errors.ts';
import { notebookErrors } from '../../src/contract/errors/notebook-errors.ts';
import { photonicErrors } from '../../src/contract/errors/photonic-errors.ts';
import { resultsErrors } from '../../src/contract/errors/results-errors.ts';
import { sensitivityErrors } from '../../src/contract/errors/sensitivity-errors.ts';

const parts: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['Models', modelErrors],
  ['Data sets', dataErrors],
  ['Measurements', measurementErrors],
  ['Results of other programs, and imported runs', resultsErrors],
  ['Configurations and experiments', configurationErrors],
  ['Accelerators: presets, light and cost', photonicErrors],
  ['Sensitivities and chosen bits', sensitivityErrors],
  ['The notebook and its hosts', notebookErrors]
];

/** docs/errors.md: every error that a person can cause. */
export function errorsDocument(): string {
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

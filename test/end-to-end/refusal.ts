import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { errorCatalogue } from '../../src/contract/index.ts';
import type { ErrorCode, ErrorReport } from '../../src/contract/index.ts';
import { contentsOf, copyNotebook, leftIn, temporaryFolder } from './notebook-on-disk.ts';
import { startProgram } from './processes.ts';

/**
 * Runs a command on a copy of a notebook and expects it to be refused: with the code, in one sentence and with a remedy,
 * as JSON on stderr and nothing on stdout, with the exit code of the catalogue, and with nothing left behind: no row,
 * no file in the notebook, no temporary file.
 */
export async function expectRefused(
  notebook: string,
  words: readonly string[],
  code: ErrorCode
): Promise<ErrorReport> {
  const { folder, remove } = temporaryFolder('refused');
  try {
    const copy = copyNotebook(notebook, join(folder, 'notebook'));
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    const before = contentsOf(copy);
    // The program itself must see to it that ONNX Runtime keeps no identifier and reports nothing.
    const environment = {
      TMPDIR: temporary,
      TEMP: temporary,
      TMP: temporary,
      XDG_CACHE_HOME: temporary,
      CI: undefined,
      ORT_DISABLE_TELEMETRY: undefined
    };
    const program = startProgram([...words, '--json', '--notebook', copy], environment);
    const { code: exit, stdout, stderr } = await program.ended;

    const report = reportOf(stderr);
    expect(report).toMatchObject({ code });
    expect(exit).toBe(errorCatalogue[code].exit);
    expect(stdout).toBe('');
    expectReadable(report);
    expect(contentsOf(copy)).toEqual(before);
    expect(leftIn(temporary)).toEqual([]);
    return report;
  } finally {
    remove();
  }
}

/** The one line on stderr. */
function reportOf(stderr: string): ErrorReport {
  try {
    return (JSON.parse(stderr) as { error: ErrorReport }).error;
  } catch {
    throw new Error(`not one JSON document: ${stderr}`);
  }
}

/** One sentence and a remedy, with every gap filled in. */
export function expectReadable({ sentence, remedy }: ErrorReport): void {
  for (const text of [sentence, remedy]) {
    expect(text).not.toMatch(/[\n{}]|undefined|null|\[object|NaN is NaN/);
    expect(text).toMatch(/^\S.*[.?]$/);
  }
  // A full stop followed by a space and a capital would begin another sentence.
  expect(sentence).not.toMatch(/[a-z]\. [A-Z]/);
}

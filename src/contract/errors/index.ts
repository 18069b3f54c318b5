import { configurationErrors } from './configuration-errors.ts';
import { dataErrors } from './data-errors.ts';
import { measurementErrors } from './measurement-errors.ts';
import { modelErrors } from './model-errors.ts';
import { notebookErrors } from './notebook-errors.ts';
import { sensitivityErrors } from './sensitivity-errors.ts';
import { photonicErrors } from './photonic-errors.ts';
import { resultsErrors } from './results-errors.ts';
import type { ErrorEntry } from './catalogue.ts';

/** Every error that a person can cause, by its stable code. docs/errors.md is made from this list. */
export const errorCatalogue = {
  ...modelErrors,
  ...dataErrors,
  ...measurementErrors,
  ...resultsErrors,
  ...configurationErrors,
  ...sensitivityErrors,
  ...photonicErrors,
  ...notebookErrors
};

export type ErrorCode = keyof typeof errorCatalogue;
export type ErrorDetails = Readonly<Record<string, string | number>>;

/** An error as it travels between processes and to the screen. */
export interface ErrorReport {
  readonly code: ErrorCode;
  readonly sentence: string;
  readonly remedy: string;
  readonly details: ErrorDetails;
}

/** An error with a code, a sentence and a remedy. `message` is the sentence. */
export class BitlabError extends Error {
  override readonly name = 'BitlabError';
  readonly code: ErrorCode;
  readonly remedy: string;
  readonly details: ErrorDetails;

  /** @param details the values for the `{names}` in the sentence and the remedy of `code` */
  constructor(code: ErrorCode, details: ErrorDetails = {}, options?: ErrorOptions) {
    const entry: ErrorEntry = errorCatalogue[code];
    super(filled(entry.sentence, details), options);
    this.code = code;
    this.remedy = filled(entry.remedy, details);
    this.details = details;
  }

  /** The command line's exit code for this error. */
  get exit(): 1 | 2 {
    return errorCatalogue[this.code].exit;
  }

  report(): ErrorReport {
    return { code: this.code, sentence: this.message, remedy: this.remedy, details: this.details };
  }

  static fromReport(report: ErrorReport): BitlabError {
    return new BitlabError(report.code, report.details);
  }
}

/** Any thrown value as a report; what is not a BitlabError becomes INTERNAL. */
export function toReport(thrown: unknown): ErrorReport {
  if (thrown instanceof BitlabError) return thrown.report();
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new BitlabError('INTERNAL', { reason }).report();
}

function filled(text: string, details: ErrorDetails): string {
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(details[name] ?? '?'));
}

import { BitlabError, errorCatalogue, type ErrorReport } from '../../contract/index.ts';

/** Whether a value looks like the report of an error. */
export function isReport(value: unknown): value is ErrorReport {
  return typeof value === 'object' && value !== null && 'code' in value && 'sentence' in value;
}

/** A report as an error; codes that this interface does not know (another version's) keep their sentence. */
export function errorFrom(report: ErrorReport): BitlabError {
  if (report.code in errorCatalogue) return BitlabError.fromReport(report);
  return new BitlabError('INTERNAL', { reason: report.sentence });
}

/** Anything thrown as a BitlabError. */
export function asBitlabError(thrown: unknown): BitlabError {
  if (thrown instanceof BitlabError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new BitlabError('INTERNAL', { reason });
}

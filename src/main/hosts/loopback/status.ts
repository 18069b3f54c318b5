import { errorCatalogue } from '../../../contract/index.ts';
import type { ErrorCode } from '../../../contract/index.ts';

const statuses: Partial<Record<ErrorCode, number>> = {
  ACCESS_DENIED: 403,
  FILE_NOT_ALLOWED: 403,
  UPLOAD_TOO_LARGE: 413,
  INTERNAL: 500,
  RUNNER_CRASHED: 500,
  METHOD_UNKNOWN: 404
};

/** The HTTP status of an error: 404 for what is not there, 400 for wrong usage, 422 for what failed. */
export function httpStatus(code: ErrorCode): number {
  const known = statuses[code];
  if (known !== undefined) return known;
  if (code.endsWith('_NOT_FOUND')) return 404;
  return errorCatalogue[code].exit === 2 ? 400 : 422;
}

export type { FoundColumn, FoundResults, FoundRun } from './found-results.ts';
export { suggestedMetric } from './metric-suggestion.ts';
export { readResults } from './read-results.ts';
export { writtenNumber } from './written-number.ts';

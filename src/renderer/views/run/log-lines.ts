import type { RunDetails } from '../../../contract/index.ts';

/** A line of a run's log with its time as it is shown. */
export interface LogLine {
  readonly at: string;
  readonly time: string;
  readonly text: string;
}

/** Lines with the seconds since the run started; where that is not known, with the time of day in UTC. */
export function logLines(log: RunDetails['log'], startedAt: string | null): LogLine[] {
  const start = startedAt === null ? null : Date.parse(startedAt);
  return log.map(({ at, text }) => {
    const seconds = start === null ? null : (Date.parse(at) - start) / 1000;
    const time = seconds === null ? at.slice(11, 19) : `${seconds.toFixed(2).replace('-', '−')} s`;
    return { at, time, text };
  });
}

import { SingleBar } from 'cli-progress';
import type { ExperimentProgress } from '../../../contract/index.ts';
import { duration } from './format.ts';

/** Shows how much of something is done, on stderr. */
export interface CountedProgress {
  /** @param done may have a fraction @param current what is being done, in a few words */
  update(done: number, total: number, secondsLeft: number | null, current: string | null): void;
  /** A line that stays, above the bar where there is one. */
  say(line: string): void;
  stop(): void;
}

/** Shows how far an experiment is. */
export interface ProgressDisplay extends Pick<CountedProgress, 'say' | 'stop'> {
  update(progress: ExperimentProgress): void;
}

/** A bar with the time left on a terminal, a line for each finished run elsewhere. */
export function progressDisplay(stream: NodeJS.WriteStream = process.stderr): ProgressDisplay {
  const shown = countedProgress('runs', stream);
  return {
    ...shown,
    update(progress) {
      const { counts, status, secondsLeft, current } = progress;
      const left = status === 'running' && doneRuns(progress) < counts.total ? secondsLeft : null;
      const words = current === null ? null : `${current.label}: ${current.phase}`;
      shown.update(doneRuns(progress) + currentShare(progress), counts.total, left, words);
    }
  };
}

/** A bar on a terminal, a line for each whole step elsewhere. @param what is counted, as a plural */
export function countedProgress(what: string, stream: NodeJS.WriteStream = process.stderr): CountedProgress {
  return stream.isTTY ? bar(what, stream) : lines(what, stream);
}

function bar(what: string, stream: NodeJS.WriteStream): CountedProgress {
  const shown = new SingleBar({
    stream,
    format: `{bar} {done}/{total} ${what}  {left}  {current}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    fps: 5,
    // The current step's name must not wrap: the bar would be drawn again on every line.
    linewrap: false
  });
  let started = false;
  return {
    update(done, total, secondsLeft, current) {
      const payload = { done: Math.floor(done), left: timeLeft(secondsLeft), current: current ?? '' };
      if (!started) shown.start(total, 0, payload);
      started = true;
      shown.setTotal(total);
      shown.update(Math.min(total, done), payload);
    },
    say(line) {
      stream.write(`\r\x1b[K${line}\n`);
    },
    stop() {
      if (started) shown.stop();
    }
  };
}

function lines(what: string, stream: NodeJS.WriteStream): CountedProgress {
  let last = -1;
  return {
    update(done, total, secondsLeft) {
      const whole = Math.floor(done);
      if (whole === last) return;
      last = whole;
      stream.write(`${whole} of ${total} ${what}  ${timeLeft(secondsLeft)}`.trimEnd() + '\n');
    },
    say(line) {
      stream.write(`${line}\n`);
    },
    stop() {}
  };
}

function doneRuns({ counts }: ExperimentProgress): number {
  return counts.finished + counts.failed;
}

function timeLeft(secondsLeft: number | null): string {
  return secondsLeft === null ? '' : `about ${duration(secondsLeft)} left`;
}

/** Of the current run, the share that is done; evaluating takes most of it, and it is not done before it is stored. */
function currentShare({ current }: ExperimentProgress): number {
  return current?.phase === 'evaluating' ? Math.min(0.99, current.fraction) : 0;
}

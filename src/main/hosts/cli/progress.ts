import { SingleBar } from 'cli-progress';
import type { ExperimentProgress } from '../../../contract/index.ts';
import { duration } from './format.ts';

/** Shows how far an experiment is, on stderr. */
export interface ProgressDisplay {
  update(progress: ExperimentProgress): void;
  /** A line that stays, above the bar where there is one. */
  say(line: string): void;
  stop(): void;
}

/** A bar with the time left on a terminal, a line for each finished run elsewhere. */
export function progressDisplay(stream: NodeJS.WriteStream = process.stderr): ProgressDisplay {
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): ProgressDisplay {
  const shown = new SingleBar({
    stream,
    format: '{bar} {done}/{total} runs  {left}  {current}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    fps: 5,
    // The current run's name must not wrap: the bar would be drawn again on every line.
    linewrap: false
  });
  let started = false;
  return {
    update(progress) {
      const { total } = progress.counts;
      const done = doneRuns(progress);
      const payload = { done, left: timeLeft(progress), current: currentText(progress) };
      if (!started) shown.start(total, 0, payload);
      started = true;
      shown.setTotal(total);
      shown.update(Math.min(total, done + currentShare(progress)), payload);
    },
    say(line) {
      stream.write(`\r\x1b[K${line}\n`);
    },
    stop() {
      if (started) shown.stop();
    }
  };
}

function lines(stream: NodeJS.WriteStream): ProgressDisplay {
  let last = -1;
  return {
    update(progress) {
      const done = doneRuns(progress);
      if (done === last) return;
      last = done;
      stream.write(`${done} of ${progress.counts.total} runs  ${timeLeft(progress)}`.trimEnd() + '\n');
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

function timeLeft(progress: ExperimentProgress): string {
  const { secondsLeft, status, counts } = progress;
  if (secondsLeft === null || status !== 'running' || doneRuns(progress) === counts.total) return '';
  return `about ${duration(secondsLeft)} left`;
}

function currentText({ current }: ExperimentProgress): string {
  return current === null ? '' : `${current.label}: ${current.phase}`;
}

/** Of the current run, the share that is done; evaluating takes most of it. */
function currentShare({ current }: ExperimentProgress): number {
  return current?.phase === 'evaluating' ? current.fraction : 0;
}

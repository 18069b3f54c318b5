import type { BitlabEvent, Experiment, ExperimentDetails } from '../../../contract/index.ts';
import { callMethod } from '../call-method.ts';
import type { Bitlab } from '../open.ts';
import { progressDisplay } from './progress.ts';

/** How often the notebook is asked, besides its events, whether the experiment has ended. */
const pollMs = 1000;

/**
 * Starts an experiment, shows its progress and waits for its end. The first Ctrl+C (or SIGTERM) cancels it and waits for
 * the run that is being computed to stop; what is finished is kept. A second one ends the program at once.
 */
export async function followExperiment(
  { handlers, subscribe }: Bitlab,
  start: () => Promise<Experiment>
): Promise<ExperimentDetails> {
  const display = progressDisplay();
  let id: string | null = null;
  let wake = () => {};
  const early: BitlabEvent[] = [];

  const receive = (event: BitlabEvent) => {
    if (id === null) return void early.push(event);
    if (event.type === 'experiment-progress' && event.id === id) {
      display.update(event);
      if (event.status !== 'running' && event.status !== 'queued') wake();
    }
    if (event.type === 'run-changed' && event.run.experimentIds.includes(id) && event.run.error !== null)
      display.say(`${event.run.model}: ${event.run.error.sentence} [${event.run.error.code}]`);
  };
  const unsubscribe = subscribe(receive);

  const cancel = () => {
    process.off('SIGINT', cancel).off('SIGTERM', cancel);
    display.say('Cancelling; finished runs are kept.');
    if (id !== null) callMethod(handlers, 'experiments.cancel', { id }).then(wake, wake);
  };
  process.on('SIGINT', cancel).on('SIGTERM', cancel);

  try {
    ({ id } = await start());
    early.forEach(receive);
    for (;;) {
      const details = await callMethod(handlers, 'experiments.get', { id });
      if (details.status !== 'running' && details.status !== 'queued') return details;
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, pollMs);
      });
    }
  } finally {
    process.off('SIGINT', cancel).off('SIGTERM', cancel);
    unsubscribe();
    display.stop();
  }
}

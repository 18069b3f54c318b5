import type { Experiment, ExperimentDetails } from '../../../contract/index.ts';
import { callMethod } from '../call-method.ts';
import type { Bitlab } from '../open.ts';
import { follow, hasEnded } from './follow.ts';
import { progressDisplay } from './progress.ts';

/** Starts an experiment, shows its progress and its failed runs, and waits for its end. Finished runs are kept when it is cancelled. */
export async function followExperiment(
  { handlers, subscribe }: Bitlab,
  start: () => Promise<Experiment>
): Promise<ExperimentDetails> {
  const display = progressDisplay();
  try {
    return await follow(subscribe, {
      start,
      details: (id) => callMethod(handlers, 'experiments.get', { id }),
      cancel: (id) => callMethod(handlers, 'experiments.cancel', { id }),
      show(event, id) {
        if (event.type === 'run-changed' && event.run.experimentIds.includes(id) && event.run.error !== null)
          display.say(`${event.run.model}: ${event.run.error.sentence} [${event.run.error.code}]`);
        if (event.type !== 'experiment-progress' || event.id !== id) return false;
        display.update(event);
        return hasEnded(event);
      },
      say: (text) => display.say(text),
      cancelling: 'Cancelling; finished runs are kept.'
    });
  } finally {
    display.stop();
  }
}

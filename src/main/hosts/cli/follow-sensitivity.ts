import type { Sensitivity, SensitivityDetails } from '../../../contract/index.ts';
import { callMethod } from '../call-method.ts';
import type { Bitlab } from '../open.ts';
import { follow, hasEnded } from './follow.ts';
import { countedProgress } from './progress.ts';

/** Starts measuring, shows its progress and waits for its end. What is measured is kept when it is cancelled. */
export async function followSensitivity(
  { handlers, subscribe }: Bitlab,
  start: () => Promise<Sensitivity>
): Promise<SensitivityDetails> {
  const display = countedProgress('measures');
  try {
    return await follow(subscribe, {
      start,
      details: (id) => callMethod(handlers, 'sensitivity.get', { id }),
      cancel: (id) => callMethod(handlers, 'sensitivity.cancel', { id }),
      show(event, id) {
        if (event.type !== 'sensitivity-progress' || event.id !== id) return false;
        if (event.total !== null) display.update(event.done, event.total, event.secondsLeft, event.current);
        return hasEnded(event);
      },
      say: (text) => display.say(text),
      cancelling: 'Cancelling; what is measured is kept.'
    });
  } finally {
    display.stop();
  }
}

import type { Sensitivity, SensitivityDetails, SensitivityProgress } from '../../../contract/index.ts';
import { callMethod } from '../call-method.ts';
import type { Bitlab } from '../open.ts';
import { countedProgress } from './progress.ts';

/** How often the notebook is asked, besides its events, whether measuring has ended. */
const pollMs = 1000;

/**
 * Starts measuring, shows its progress and waits for its end. The first Ctrl+C (or SIGTERM) cancels; what is measured is kept.
 */
export async function followSensitivity(
  { handlers, subscribe }: Bitlab,
  start: () => Promise<Sensitivity>
): Promise<SensitivityDetails> {
  const display = countedProgress('measures');
  let id: string | null = null;
  let wake = () => {};
  const show = (event: SensitivityProgress) => {
    if (event.total !== null) display.update(event.done, event.total, event.secondsLeft, event.current);
    if (event.status !== 'running' && event.status !== 'queued') wake();
  };
  const unsubscribe = subscribe((event) => {
    if (event.type === 'sensitivity-progress' && event.id === id) show(event);
  });
  const cancel = () => {
    process.off('SIGINT', cancel).off('SIGTERM', cancel);
    display.say('Cancelling; what is measured is kept.');
    if (id !== null) callMethod(handlers, 'sensitivity.cancel', { id }).then(wake, wake);
  };
  process.on('SIGINT', cancel).on('SIGTERM', cancel);
  try {
    ({ id } = await start());
    for (;;) {
      const details = await callMethod(handlers, 'sensitivity.get', { id });
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

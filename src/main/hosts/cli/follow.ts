import type { BitlabEvent } from '../../../contract/index.ts';

/** How often the notebook is asked, besides its events, whether what was started has ended. */
const pollMs = 1000;

/** Something that takes a while, as the command line follows it. */
export interface Followed<Details> {
  /** Starts it, and says under which identifier it runs. */
  start(): Promise<{ readonly id: string }>;
  details(id: string): Promise<Details>;
  cancel(id: string): Promise<unknown>;
  /** Shows an event. @returns whether it may tell the end */
  show(event: BitlabEvent, id: string): boolean;
  say(text: string): void;
  /** What is said when it is cancelled: what is kept. */
  readonly cancelling: string;
}

/**
 * Starts something, shows its events and waits for its end. The first Ctrl+C (or SIGTERM) cancels it and waits until it has stopped;
 * a second one ends the program at once.
 */
export async function follow<Details extends { readonly status: string }>(
  subscribe: (receive: (event: BitlabEvent) => void) => () => void,
  followed: Followed<Details>
): Promise<Details> {
  let id: string | null = null;
  let wake = () => {};
  const early: BitlabEvent[] = [];
  const receive = (event: BitlabEvent) => {
    if (id === null) early.push(event);
    else if (followed.show(event, id)) wake();
  };
  const unsubscribe = subscribe(receive);
  const cancel = () => {
    process.off('SIGINT', cancel).off('SIGTERM', cancel);
    followed.say(followed.cancelling);
    if (id !== null) followed.cancel(id).then(wake, wake);
  };
  process.on('SIGINT', cancel).on('SIGTERM', cancel);
  try {
    ({ id } = await followed.start());
    early.forEach(receive);
    for (;;) {
      const details = await followed.details(id);
      if (hasEnded(details)) return details;
      await new Promise<void>((resolve) => {
        wake = resolve;
        setTimeout(resolve, pollMs);
      });
    }
  } finally {
    process.off('SIGINT', cancel).off('SIGTERM', cancel);
    unsubscribe();
  }
}

/** Whether something is over, by its status. */
export const hasEnded = ({ status }: { readonly status: string }): boolean =>
  status !== 'running' && status !== 'queued';

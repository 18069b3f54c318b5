import { catalogue } from './catalogue.ts';

/** What can be wrong with sensitivities, and with bits that are chosen from them. */
export const sensitivityErrors = catalogue({
  SENSITIVITY_NOT_FOUND: {
    sentence: 'There are no sensitivities {name}.',
    remedy: '{suggestion}',
    exit: 2
  },
  SENSITIVITY_RUNNING: {
    sentence: 'The sensitivities of {model} are being measured.',
    remedy: 'Wait until they are done, or cancel them first.',
    exit: 1
  },
  SENSITIVITY_UNFINISHED: {
    sentence: 'The sensitivities of {model} are not complete: {done} of {total} are measured.',
    remedy: 'Resume them with: bitlab sensitivity resume {id}.',
    exit: 1
  },
  BUDGET_TOO_SMALL: {
    sentence: 'No choice of bits meets {budget}; the smallest possible is {least}.',
    remedy: 'Give that or more, keep fewer layers at their bits, or measure fewer bits.',
    exit: 2
  }
});

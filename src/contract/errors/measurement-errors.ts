import { catalogue } from './catalogue.ts';

/** What can be wrong with an imported table of measurements. */
export const measurementErrors = catalogue({
  MEASUREMENT_EMPTY: {
    sentence: 'The table {file} is empty.',
    remedy: 'Write the file again, with a line for each row, and import the new one.',
    exit: 1
  },
  MEASUREMENT_TOO_LARGE: {
    sentence: '{file} has {bytes} bytes; at most {limit} are allowed.',
    remedy: 'Import a table of fewer rows.',
    exit: 1
  },
  MEASUREMENT_INVALID: {
    sentence: '{file} cannot be used, {place}: {reason}.',
    remedy: '{advice}',
    exit: 1
  },
  MEASUREMENT_NOT_FOUND: {
    sentence: 'There is no measurement named {name}.',
    remedy: '{suggestion}',
    exit: 2
  },
  MEASUREMENT_UNSUITABLE: {
    sentence: '{path} names {name}, which is a table of {found}; it needs a table of {needed}.',
    remedy: 'Name a measurement of that kind; bitlab measurement list shows the kinds.',
    exit: 2
  },
  MEASUREMENT_IN_USE: {
    sentence: 'The measurement {name} is used by {runs} runs.',
    remedy: 'Remove those runs first, or keep the measurement.',
    exit: 1
  },
  MEASUREMENT_NAME_TAKEN: {
    sentence: 'A measurement named {name} exists already.',
    remedy: 'Choose another name, or remove the existing measurement first.',
    exit: 1
  },
  MEASUREMENT_KNOWN: {
    sentence: 'The table in {file} is in the notebook already, as {name}.',
    remedy: 'Use it by that name; equal tables are kept once.',
    exit: 1
  }
});

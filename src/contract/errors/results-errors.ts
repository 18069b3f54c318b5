import { catalogue } from './catalogue.ts';

/** What can be wrong with results of other programs, and with what is asked of imported runs. */
export const resultsErrors = catalogue({
  RESULTS_EMPTY: {
    sentence: '{file} has no runs.',
    remedy: 'Export the runs again, and look whether a filter left any.',
    exit: 1
  },
  RESULTS_TOO_LARGE: {
    sentence: '{file} has {found} {what}; at most {limit} can be imported at once.',
    remedy: 'Export fewer runs or columns, or name one experiment of the file.',
    exit: 1
  },
  RESULTS_FILE_TOO_LARGE: {
    sentence: '{file} has {bytes} bytes; at most {limit} are allowed.',
    remedy: 'Export fewer runs, or remove what is not needed from the file with the program that wrote it.',
    exit: 1
  },
  RESULTS_INVALID: {
    sentence: '{file} cannot be imported, {place}: {reason}.',
    remedy: '{advice}',
    exit: 1
  },
  RESULTS_NOT_MLFLOW: {
    sentence: '{file} is no database of MLflow: {reason}.',
    remedy: "Name the file of MLflow's SQLite store, mlflow.db, or a CSV export.",
    exit: 1
  },
  RESULTS_BEING_WRITTEN: {
    sentence: '{file} was being written while it was read.',
    remedy: 'Wait until the program that writes it has finished, and import it again.',
    exit: 1
  },
  RESULTS_DUPLICATE: {
    sentence: '{file} has two runs that cannot be told apart, at {first} and {second}: {reason}.',
    remedy: '{advice}',
    exit: 1
  },
  RESULTS_COLUMN_UNKNOWN: {
    sentence: '{file} has no column {name}.',
    remedy: '{suggestion}',
    exit: 2
  },
  RESULTS_MAPPING: {
    sentence: 'The column {name} cannot become {wanted}: {reason}.',
    remedy: '{advice}',
    exit: 2
  },
  RESULTS_EXPERIMENT_NOT_FOUND: {
    sentence: '{file} has no experiment named {name}.',
    remedy: '{suggestion}',
    exit: 2
  },
  RUN_IMPORTED: {
    sentence:
      'The run {name} was imported from {file}: Bitlab has neither its model nor its predictions for each sample, so it can be listed and averaged, but not {wanted}.',
    remedy: 'Compute the run in Bitlab, with its model and its data, to do that.',
    exit: 1
  }
});

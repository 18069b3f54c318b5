import { catalogue } from './catalogue.ts';

/** What can be wrong with a configuration or an experiment file. */
export const configurationErrors = catalogue({
  COLUMN_UNKNOWN: {
    sentence: 'Runs have no column named {name}.',
    remedy: '{suggestion}',
    exit: 2
  },
  EXPERIMENT_UNREADABLE: {
    sentence: 'The experiment file cannot be read: {reason}.',
    remedy: 'Correct the YAML or JSON at the place named.',
    exit: 2
  },
  CONFIGURATION_UNKNOWN_KEY: {
    sentence: '{path} is not a known setting.',
    remedy: '{suggestion}',
    exit: 2
  },
  CONFIGURATION_INVALID: {
    sentence: '{path} has the value {value}, which is not valid: {reason}.',
    remedy: '{suggestion}',
    exit: 2
  },
  CONFIGURATION_BITS: {
    sentence: '{path} is {value}; bits must be a whole number from 2 to 16.',
    remedy: 'Choose a bit width from 2 to 16.',
    exit: 2
  },
  CONFIGURATION_CONFLICT: {
    sentence: '{reason}.',
    remedy: '{advice}',
    exit: 2
  },
  ACCELERATOR_ADC_WITHOUT_BITS: {
    sentence:
      '{path} is 0: an analog-to-digital converter of 0 bits means an ideal one in one simulator and nonsense in another.',
    remedy: 'Write ideal, or 1 bit or more.',
    exit: 2
  },
  ACCELERATOR_CALIBRATION_FOREIGN: {
    sentence:
      'The ranges of the analog-to-digital converters were calibrated on other hardware ({made}) than {layer} is computed on ({expected}).',
    remedy: 'Calibrate again with the hardware settings of this run; they decide which sums there are.',
    exit: 1
  },
  GROUPS_UNEVEN: {
    sentence: '{layer} has {channels} input channels, which groups of {groupSize} do not divide.',
    remedy: 'Choose a group size that divides them, or give {layer} an override with granularity channel.',
    exit: 2
  },
  CODEBOOK_INVALID: {
    sentence: 'The codebook is not valid: {reason}.',
    remedy:
      'Give at least two levels, all finite and different, separated by commas, semicolons or line breaks.',
    exit: 2
  },
  CODEBOOK_MISSING: {
    sentence: 'The experiment file takes the levels of a codebook from {file}, which is not at hand.',
    remedy:
      'Put {file} where the experiment file says, seen from its folder; on the design screen, choose it.',
    exit: 2
  },
  EXPERIMENT_ZIP_LENGTHS: {
    sentence: 'The zipped factors {factors} have different numbers of levels: {lengths}.',
    remedy: 'Give zipped factors the same number of levels, or cross them instead.',
    exit: 2
  },
  EXPERIMENT_TOO_MANY_RUNS: {
    sentence: 'The experiment asks for {runs} runs; at most {limit} are allowed.',
    remedy: 'Use fewer levels, or zip factors that advance together.',
    exit: 2
  },
  EXPERIMENT_NOT_FOUND: {
    sentence: 'There is no experiment named {name}.',
    remedy: '{suggestion}',
    exit: 2
  },
  EXPERIMENT_NAME_TAKEN: {
    sentence: 'Another experiment is named {name}.',
    remedy: 'Choose another name, or remove the existing experiment first.',
    exit: 1
  },
  EXPERIMENT_RUNNING: {
    sentence: 'The experiment {name} is running.',
    remedy: 'Wait until it ends, or cancel it first.',
    exit: 1
  },
  RUN_NOT_FOUND: {
    sentence: 'There is no run {id}.',
    remedy: 'List the runs with: bitlab runs list.',
    exit: 2
  },
  RUN_NOT_FINISHED: {
    sentence: 'The run {id} is {status}, so it has no results yet.',
    remedy: 'Resume its experiment and wait until the run is finished.',
    exit: 1
  },
  SAMPLE_NOT_FOUND: {
    sentence: 'The run {id} has {samples} samples, and none with the number {sample}.',
    remedy: 'Choose a number from 0 to {last}.',
    exit: 2
  },
  LAYER_NOT_FOUND: {
    sentence: 'There is no {what}.',
    remedy: '{suggestion}',
    exit: 2
  },
  RUN_NOT_QUANTIZED: {
    sentence: 'The run {id} is in float arithmetic, so it has no codes.',
    remedy: 'Choose a run in simulated or integer arithmetic.',
    exit: 2
  },
  RUN_ON_ACCELERATOR: {
    sentence: 'The codes of run {id} part from exact integers by design: it is computed on an accelerator.',
    remedy:
      'See the hardware SQNR of its layers, or compare a run in integer arithmetic with the same quantizers.',
    exit: 2
  },
  RUNS_NOT_COMPARABLE: {
    sentence: 'The runs cannot be compared pairwise: {reason}.',
    remedy: 'Choose finished runs that were evaluated on the same samples of the same data set.',
    exit: 1
  },
  FILTER_INVALID: {
    sentence: 'The filter cannot be understood at {place}: {reason}.',
    remedy: 'Write for instance: weights.bits <= 4 and model = resnet18-mse.',
    exit: 2
  }
});

import { catalogue } from './catalogue.ts';

/** What can be wrong with a data set. */
export const dataErrors = catalogue({
  DATA_EMPTY: {
    sentence: 'The data file {file} is empty.',
    remedy: 'Write the file again, for instance with numpy.savez, and import the new one.',
    exit: 1
  },
  DATA_NOT_NPZ: {
    sentence: '{file} cannot be read as an .npz archive: {reason}.',
    remedy: 'Write the file again with numpy.savez or numpy.savez_compressed.',
    exit: 1
  },
  DATA_ARRAY_MISSING: {
    sentence: '{file} has no array named {array}; it holds: {found}.',
    remedy: 'Save the pictures as x and the labels as y: numpy.savez(file, x=pictures, y=labels).',
    exit: 1
  },
  DATA_ARRAY_UNSUPPORTED: {
    sentence: 'The array {array} in {file} is not supported: {reason}.',
    remedy:
      'Save x as uint8 or float32 of shape (n, c, h, w) or (n, h, w, c), and y as integers of shape (n).',
    exit: 1
  },
  DATA_TOO_LARGE: {
    sentence: '{file} would need {bytes} bytes of memory; at most {limit} are allowed.',
    remedy: 'Import fewer pictures.',
    exit: 1
  },
  DATA_LENGTHS_DIFFER: {
    sentence: '{file} has {pictures} pictures but {labels} labels.',
    remedy: 'Save as many labels as pictures.',
    exit: 1
  },
  DATA_LABEL_OUT_OF_RANGE: {
    sentence: 'The label {label} of picture {index} is out of range.',
    remedy: 'Labels are whole numbers from 0 to the number of classes less one ({classes} classes here).',
    exit: 1
  },
  DATA_NOT_FINITE: {
    sentence: 'The array {array} in {file} contains NaN or infinity, first in picture {index}.',
    remedy: 'Clean the data and import it again.',
    exit: 1
  },
  DATA_PREPROCESSING: {
    sentence: 'The preprocessing is not valid: {reason}.',
    remedy: 'Give a positive scale, and a mean and a positive standard deviation for each channel.',
    exit: 2
  },
  DATA_FORMAT_UNKNOWN: {
    sentence: '{file} is of no known data format.',
    remedy: 'Bitlab reads .npz archives with the arrays x and y.',
    exit: 2
  },
  DATA_NOT_FOUND: {
    sentence: 'There is no data set named {name}.',
    remedy: '{suggestion}',
    exit: 2
  },
  DATA_IN_USE: {
    sentence: 'The data set {name} is used by {runs} runs.',
    remedy: 'Remove those runs first, or keep the data set.',
    exit: 1
  },
  DATA_NAME_TAKEN: {
    sentence: 'A data set named {name} exists already.',
    remedy: 'Choose another name, or remove the existing data set first.',
    exit: 1
  },
  CALIBRATION_TOO_FEW: {
    sentence: 'Calibration needs at least 2 samples, and {samples} was asked for or found in {dataset}.',
    remedy: 'Set data.calibrationSamples to 100 or more; 512 is usual.',
    exit: 1
  }
});

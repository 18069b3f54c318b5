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
    remedy:
      'Import fewer pictures, or save them as two files x.npy and y.npy, which are read as they are needed and may be larger.',
    exit: 1
  },
  DATA_LENGTHS_DIFFER: {
    sentence: '{file} has {labels} labels for {pictures} pictures.',
    remedy: 'Give as many labels as pictures: files of the same part of the same data set.',
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
  DATA_FILE_INVALID: {
    sentence: '{file} cannot be read as {format}: {reason}.',
    remedy: 'Get or write the file again; a download that was cut off looks like this.',
    exit: 1
  },
  DATA_FILES_AMBIGUOUS: {
    sentence: 'It is not clear which files make the data set: {reason}.',
    remedy: '{advice}',
    exit: 2
  },
  DATA_LABELS_MISSING: {
    sentence: '{file} has no label for {picture}.',
    remedy: 'Give every picture a row in the table of labels, or take it out of the folder.',
    exit: 1
  },
  DATA_PICTURE_MISSING: {
    sentence: '{file} has a label for {picture}, which is not there.',
    remedy: 'Put the picture into the folder, or take its row out of the table of labels.',
    exit: 1
  },
  DATA_PICTURES_BROKEN: {
    sentence: 'None of the {count} pictures can be read; the first is {path}: {reason}.',
    remedy: 'Open the picture in another program; JPEG, PNG, WebP, TIFF and uncompressed BMP are read.',
    exit: 1
  },
  DATA_SIZES_DIFFER: {
    sentence: 'The pictures have different sizes: {first} is {firstSize} and {other} is {otherSize}.',
    remedy:
      'Give a preprocessing that makes them equal, such as the preset imagenet: resize and centre crop.',
    exit: 2
  },
  DATA_ARCHIVE_REFUSED: {
    sentence: 'The archive {file} is not unpacked: {reason}.',
    remedy: 'Unpack it with another program if you trust it, and import the folder.',
    exit: 1
  },
  DATA_FORMAT_UNKNOWN: {
    sentence: '{file} is of no known data format.',
    remedy:
      'Bitlab reads .npz archives with the arrays x and y, pairs of .npy files, IDX files (MNIST), the binary files of CIFAR-10 and CIFAR-100, folders of pictures with a folder for each class or a CSV of labels, and .zip archives of these.',
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

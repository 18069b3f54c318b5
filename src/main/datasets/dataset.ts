import { basename } from 'node:path';
import { BitlabError } from '../../contract/index.ts';
import type { DatasetDetails, Preprocessing } from '../../contract/index.ts';
import { classCounts } from './labels.ts';
import { npzDataset } from './npz-dataset.ts';
import type { DatasetFormat, DatasetReader, OpenDataset } from './open-dataset.ts';

/** Every format that is read. A new one brings a reader, and its name in the contract. */
const readers: Record<DatasetFormat, DatasetReader> = { npz: npzDataset };

/** What is known of a data set from its file alone. */
export type InspectedDataset = Pick<
  DatasetDetails,
  'format' | 'samples' | 'shape' | 'elementType' | 'layout' | 'classes' | 'classCounts'
>;

/** The format that a file's name stands for, or null. */
export function datasetFormat(fileName: string): DatasetFormat | null {
  return fileName.toLowerCase().endsWith('.npz') ? 'npz' : null;
}

/**
 * Opens a stored data set. Its arrays are held in memory until it is let go.
 * @param fileName the name to use in error messages
 * @throws BitlabError FILE_NOT_FOUND, DATA_*
 */
export function openDataset(
  path: string,
  format: DatasetFormat,
  preprocessing: Preprocessing,
  fileName: string = basename(path)
): Promise<OpenDataset> {
  return readers[format].open(path, { preprocessing, fileName });
}

/**
 * Reads a data set fully and says what it is, or why it cannot be used.
 * @param fileName decides the format; the path may be that of a temporary file
 * @param classNames where given, their number is the number of classes, and every label must be below it
 * @throws BitlabError FILE_NOT_FOUND, DATA_*
 */
export async function inspectDataset(
  path: string,
  fileName: string,
  preprocessing: Preprocessing,
  classNames: readonly string[]
): Promise<InspectedDataset> {
  const format = datasetFormat(fileName);
  if (format === null) throw new BitlabError('DATA_FORMAT_UNKNOWN', { file: fileName });
  const dataset = await openDataset(path, format, preprocessing, fileName);
  const { samples, shape, elementType, layout, labels } = dataset;
  const classes = classNames.length > 0 ? classNames.length : dataset.classes;
  const index = labels.findIndex((label) => label >= classes);
  if (index >= 0) throw new BitlabError('DATA_LABEL_OUT_OF_RANGE', { label: labels[index]!, index, classes });
  return {
    format,
    samples,
    shape,
    elementType,
    layout,
    classes,
    classCounts: classCounts(labels, classes)
  };
}

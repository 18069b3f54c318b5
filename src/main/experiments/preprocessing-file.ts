import { parse } from 'yaml';
import { BitlabError, Preprocessing } from '../../contract/index.ts';

/**
 * Reads the preprocessing of a data set from YAML or JSON: scale, mean and std.
 * @param file the name to use in error messages
 * @throws BitlabError DATA_PREPROCESSING
 */
export function parsePreprocessing(text: string, file: string): Preprocessing {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100 });
  } catch (cause) {
    throw new BitlabError('DATA_PREPROCESSING', { reason: `${file} is neither YAML nor JSON` }, { cause });
  }
  const checked = Preprocessing.safeParse(value);
  if (checked.success) return checked.data;
  const { path, message } = checked.error.issues[0]!;
  throw new BitlabError('DATA_PREPROCESSING', { reason: `${[file, ...path].join(' ')}: ${message}` });
}

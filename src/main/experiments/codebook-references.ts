import { BitlabError } from '../../contract/index.ts';
import { parseCodebook } from './codebook-file.ts';

/**
 * An experiment file with the levels of codebooks in the place of the names of their files: wherever it says
 * `levels: {file: mine.csv}`, in fixed settings, overrides and factors. So the levels are a part of the configuration and of its
 * hash, and what becomes of the file does not matter.
 * @param value of an experiment file, not validated yet
 * @param texts the CSV files that are at hand, by the names that the experiment file uses
 * @throws BitlabError CODEBOOK_MISSING with the name of the first that is not at hand; CODEBOOK_INVALID
 */
export function withCodebooks(value: unknown, texts: Readonly<Record<string, string>>): unknown {
  return replaced(value, false, (file) => {
    if (!Object.hasOwn(texts, file)) throw new BitlabError('CODEBOOK_MISSING', { file });
    return parseCodebook(texts[file]!, file);
  });
}

/** @param isLevels whether the value stands for the levels of a codebook, or is a list of such */
function replaced(value: unknown, isLevels: boolean, levelsOf: (file: string) => number[]): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item) => replaced(item, isLevels, levelsOf));
  const entries = Object.entries(value);
  const [first] = entries;
  if (isLevels && entries.length === 1 && first![0] === 'file' && typeof first![1] === 'string')
    return levelsOf(first![1]);
  return Object.fromEntries(
    entries.map(([key, item]) => [key, replaced(item, /(^|\.)levels$/.test(key), levelsOf)])
  );
}

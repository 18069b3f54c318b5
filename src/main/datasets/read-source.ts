import { BitlabError, type DatasetFormat } from '../../contract/index.ts';
import { isPictureName } from './decode-picture.ts';
import type { PictureSource } from './picture-source.ts';
import { cifarKinds, cifarSource, isCifarNames } from './readers/cifar.ts';
import { idxSource, isIdx } from './readers/idx.ts';
import { npyPairSource } from './readers/npy-pair.ts';
import { npzSource } from './readers/npz.ts';
import { classFolderSource, labelTableSource } from './readers/picture-folder.ts';
import { openSourceFiles, type GivenFile, type SourceFile } from './source-files.ts';

export interface SourceOptions {
  /** Found out from names and contents where it is left out. */
  readonly format?: DatasetFormat | undefined;
  /** Which label of CIFAR-100 counts. */
  readonly labels: 'fine' | 'coarse';
}

export interface OpenSourceFiles {
  readonly format: DatasetFormat;
  readonly source: PictureSource;
  close(): void;
}

/** Arrays of an archive are held in memory; pairs of .npy are not, and may be larger. */
const mostArchiveBytes = 2 ** 30;

/**
 * Reads what a person gave, whatever it is: nothing but labels and shapes is looked at before pictures are asked for.
 * @throws BitlabError FILE_NOT_FOUND, DATA_*
 */
export async function readSource(
  given: readonly GivenFile[],
  options: SourceOptions
): Promise<OpenSourceFiles> {
  const [only] = given;
  if (given.length === 1 && (options.format ?? 'npz') === 'npz' && hasEnding(only!.name, '.npz')) {
    const source = await npzSource(only!.path, { fileName: only!.name, bytes: mostArchiveBytes });
    return { format: 'npz', source, close: () => {} };
  }
  const { files, close } = await openSourceFiles(given);
  try {
    const name = given
      .map((each) => each.name)
      .join(', ')
      .slice(0, 200);
    const format = options.format ?? (await formatOf(files, name));
    return { format, source: await sourceOf(files, format, options.labels, name), close };
  } catch (error) {
    close();
    throw error;
  }
}

async function sourceOf(
  files: readonly SourceFile[],
  format: DatasetFormat,
  labels: 'fine' | 'coarse',
  name: string
): Promise<PictureSource> {
  switch (format) {
    case 'npz':
      throw new BitlabError('DATA_FILES_AMBIGUOUS', {
        reason: `${name} is not one .npz archive`,
        advice: 'Give one file that ends in .npz.'
      });
    case 'npy':
      return npyPairSource(files.filter(({ path }) => hasEnding(path, '.npy')));
    case 'idx':
      return idxSource(files.length === 2 ? files : await matching(files, isIdx));
    case 'cifar-10':
    case 'cifar-100':
      return cifarSource(cifarFiles(files), format, labels);
    case 'csv':
      return labelTableSource(files, onlyTable(files, name));
    case 'folder':
      return classFolderSource(files);
  }
}

/** What files are, by their names first and then by how they begin. */
async function formatOf(files: readonly SourceFile[], name: string): Promise<DatasetFormat> {
  const unknown = () => new BitlabError('DATA_FORMAT_UNKNOWN', { file: name });
  if (files.some(({ path }) => hasEnding(path, '.npy'))) return 'npy';
  if (files.some(({ path }) => isPictureName(path)))
    return files.some(({ path }) => isTableName(path)) ? 'csv' : 'folder';
  if ((await matching(files.slice(0, 20), isIdx)).length > 0) return 'idx';
  const batches = cifarFiles(files).filter(({ path }) => !isCifarNames(path));
  const kinds = batches.map(({ bytes }) => cifarKinds(bytes));
  const possible = (['cifar-10', 'cifar-100'] as const).filter((kind) =>
    kinds.every((each) => each.includes(kind))
  );
  if (batches.length === 0 || possible.length === 0) throw unknown();
  if (possible.length === 1) return possible[0]!;
  throw new BitlabError('DATA_FILES_AMBIGUOUS', {
    reason: `by its size ${name} may be CIFAR-10 and CIFAR-100`,
    advice: 'Say which: format cifar-10 or cifar-100.'
  });
}

function cifarFiles(files: readonly SourceFile[]): SourceFile[] {
  return files.filter(({ path }) => hasEnding(path, '.bin') || isCifarNames(path));
}

function onlyTable(files: readonly SourceFile[], name: string): SourceFile {
  const tables = files.filter(({ path }) => isTableName(path));
  if (tables.length === 1) return tables[0]!;
  throw new BitlabError('DATA_FILES_AMBIGUOUS', {
    reason: `${name} has ${tables.length} tables of labels`,
    advice: 'Leave one .csv file in the folder, with a path and a label in each row.'
  });
}

async function matching(
  files: readonly SourceFile[],
  test: (file: SourceFile) => Promise<boolean>
): Promise<SourceFile[]> {
  const found: SourceFile[] = [];
  for (const file of files) if (await test(file)) found.push(file);
  return found;
}

const isTableName = (path: string) => hasEnding(path, '.csv') || hasEnding(path, '.tsv');
const hasEnding = (path: string, ending: string) => path.toLowerCase().endsWith(ending);

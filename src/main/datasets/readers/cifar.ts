import { BitlabError } from '../../../contract/index.ts';
import { checkedLabels } from '../labels.ts';
import type { PictureSource } from '../picture-source.ts';
import type { SourceFile } from '../source-files.ts';

const pictureBytes = 3 * 32 * 32;
/** Records that are looked at together for their labels. */
const portion = 1000;

interface Kind {
  readonly labelBytes: number;
  readonly title: string;
  /** Names of the labels beside the data, by which label counts. */
  readonly nameFiles: Readonly<Record<'fine' | 'coarse', string>>;
}

const kinds: Readonly<Record<'cifar-10' | 'cifar-100', Kind>> = {
  'cifar-10': {
    labelBytes: 1,
    title: 'CIFAR-10',
    nameFiles: { fine: 'batches.meta.txt', coarse: 'batches.meta.txt' }
  },
  'cifar-100': {
    labelBytes: 2,
    title: 'CIFAR-100',
    nameFiles: { fine: 'fine_label_names.txt', coarse: 'coarse_label_names.txt' }
  }
};

/** Which of both data sets a file of records can be by its size; both where it is a multiple of either. */
export function cifarKinds(bytes: number): ('cifar-10' | 'cifar-100')[] {
  const names = ['cifar-10', 'cifar-100'] as const;
  return bytes === 0 ? [] : names.filter((name) => bytes % (kinds[name].labelBytes + pictureBytes) === 0);
}

export const isCifarNames = (path: string): boolean =>
  Object.values(kinds).some(({ nameFiles }) => Object.values(nameFiles).includes(lastPart(path)));

/**
 * The binary files of CIFAR-10 (a label and 32 x 32 pixels of red, green and blue a record) and CIFAR-100 (a coarse and a fine label
 * first; www.cs.toronto.edu/~kriz/cifar.html), one batch or several, in the order of their names. Files of names beside them name the classes.
 * @throws BitlabError DATA_FILE_INVALID, DATA_FILES_AMBIGUOUS, DATA_LABEL_OUT_OF_RANGE
 */
export async function cifarSource(
  files: readonly SourceFile[],
  name: 'cifar-10' | 'cifar-100',
  which: 'fine' | 'coarse'
): Promise<PictureSource> {
  const { labelBytes, title, nameFiles } = kinds[name];
  const recordBytes = labelBytes + pictureBytes;
  const batches = files.filter(({ path }) => !isCifarNames(path));
  const tests = batches.filter(({ path }) => /test/i.test(lastPart(path)));
  if (tests.length > 0 && tests.length < batches.length)
    throw new BitlabError('DATA_FILES_AMBIGUOUS', {
      reason: `${tests.map(({ path }) => path).join(', ')} is for testing and the other files are for training`,
      advice: 'Import them as two data sets: first the test batch, then the training batches.'
    });
  const classes = name === 'cifar-10' ? 10 : which === 'fine' ? 100 : 20;
  const starts = [0];
  const labels: number[] = [];
  for (const file of batches) {
    if (file.bytes === 0) throw new BitlabError('DATA_EMPTY', { file: file.path });
    if (file.bytes % recordBytes !== 0)
      throw new BitlabError('DATA_FILE_INVALID', {
        file: file.path,
        format: title,
        reason: `its ${file.bytes} bytes are no multiple of ${recordBytes}, the bytes of a picture with its label`
      });
    const records = file.bytes / recordBytes;
    for (let first = 0; first < records; first += portion) {
      const bytes = await whole(
        file,
        first * recordBytes,
        Math.min(portion, records - first) * recordBytes,
        title
      );
      for (let at = labelBytes === 2 && which === 'fine' ? 1 : 0; at < bytes.length; at += recordBytes)
        labels.push(bytes[at]!);
    }
    starts.push(starts.at(-1)! + records);
  }
  return {
    labels: checkedLabels(Uint8Array.from(labels), classes),
    classNames: await classNames(files, nameFiles[which], classes),
    elements: { kind: 'array', type: 'uint8', layout: 'nchw', shape: [3, 32, 32] },
    read: (chosen) =>
      Promise.all(
        chosen.map((sample) => {
          const batch = starts.findLastIndex((start) => start <= sample);
          const offset = (sample - starts[batch]!) * recordBytes + labelBytes;
          return whole(batches[batch]!, offset, pictureBytes, title);
        })
      )
  };
}

async function whole(file: SourceFile, offset: number, length: number, format: string): Promise<Buffer> {
  const bytes = await file.part(offset, length);
  if (bytes.length === length) return bytes;
  throw new BitlabError('DATA_FILE_INVALID', { file: file.path, format, reason: 'it is cut off' });
}

async function classNames(
  files: readonly SourceFile[],
  nameFile: string,
  classes: number
): Promise<string[]> {
  const file = files.find(({ path }) => lastPart(path) === nameFile);
  if (file === undefined || file.bytes > 10_000) return [];
  const names = (await file.read())
    .toString('utf8')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return names.length === classes ? names : [];
}

const lastPart = (path: string) => path.slice(path.lastIndexOf('/') + 1);

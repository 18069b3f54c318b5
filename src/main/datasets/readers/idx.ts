import { BitlabError } from '../../../contract/index.ts';
import { checkedLabels, mostClasses } from '../labels.ts';
import type { PictureSource } from '../picture-source.ts';
import type { SourceFile } from '../source-files.ts';
import { isGzip, unpackedBeginning, unpackedWhole } from './gzip.ts';

const format = 'IDX';
const unsignedByte = 0x08;
/** Header bytes of the largest file that is read: four dimensions. */
const longestHeader = 4 + 4 * 4;

interface IdxFile {
  readonly file: SourceFile;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly compressed: boolean;
}

/** Whether a file begins as an IDX file of bytes does, compressed or not. */
export async function isIdx(file: SourceFile): Promise<boolean> {
  const beginning = await unpackedBeginning(file, 4, format).catch(() => Buffer.alloc(0));
  return (
    beginning.length === 4 &&
    beginning[0] === 0 &&
    beginning[1] === 0 &&
    beginning[2] === unsignedByte &&
    beginning[3]! >= 1 &&
    beginning[3]! <= 4
  );
}

/**
 * A pair of IDX files as MNIST, Fashion-MNIST, KMNIST and EMNIST come in: pictures (n, height, width), or (n, channels, height,
 * width), and n labels, all unsigned bytes (yann.lecun.com/exdb/mnist). Compressed by gzip, too.
 * @throws BitlabError DATA_FILES_AMBIGUOUS, DATA_FILE_INVALID, DATA_LENGTHS_DIFFER, DATA_LABEL_OUT_OF_RANGE, DATA_TOO_LARGE
 */
export async function idxSource(files: readonly SourceFile[]): Promise<PictureSource> {
  const opened: IdxFile[] = [];
  for (const file of files) opened.push(await header(file));
  const pictures = opened.filter(({ shape }) => shape.length > 1);
  const labelled = opened.filter(({ shape }) => shape.length === 1);
  if (pictures.length !== 1 || labelled.length !== 1)
    throw new BitlabError('DATA_FILES_AMBIGUOUS', {
      reason: `there are ${pictures.length} IDX files of pictures and ${labelled.length} of labels`,
      advice:
        'Give two files: the pictures and the labels of the same part, such as t10k-images-idx3-ubyte.gz and t10k-labels-idx1-ubyte.gz.'
    });
  const [x] = pictures as [IdxFile];
  const [y] = labelled as [IdxFile];
  if (x.shape.length < 3)
    throw invalid(x.file, `it has the shape (${x.shape.join(', ')}), which is no pictures`);
  const samples = x.shape[0]!;
  if (samples === 0) throw new BitlabError('DATA_EMPTY', { file: x.file.path });
  if (y.shape[0] !== samples)
    throw new BitlabError('DATA_LENGTHS_DIFFER', {
      file: y.file.path,
      pictures: samples,
      labels: y.shape[0]!
    });
  const [channels, height, width] =
    x.shape.length === 3 ? [1, x.shape[1]!, x.shape[2]!] : (x.shape.slice(1) as [number, number, number]);
  const size = channels * height * width;
  if (size === 0) throw invalid(x.file, `its pictures have the shape (${x.shape.slice(1).join(', ')})`);
  const labels = checkedLabels(await elements(y, 0, samples), mostClasses);
  const whole = x.compressed ? await elements(x, 0, samples * size) : null;
  return {
    labels,
    classNames: [],
    elements: { kind: 'array', type: 'uint8', layout: 'nchw', shape: [channels, height, width] },
    async read(chosen) {
      if (chosen.length === 0) return [];
      const first = Math.min(...chosen);
      const last = Math.max(...chosen);
      const span = whole?.subarray(first * size, (last + 1) * size) ?? null;
      // Importing asks for neighbours; a preview for pictures from all over.
      const near =
        span ??
        (last - first < 2 * chosen.length
          ? await elements(x, first * size, (last + 1 - first) * size)
          : null);
      if (near !== null)
        return chosen.map((sample) => near.subarray((sample - first) * size, (sample - first + 1) * size));
      return Promise.all(chosen.map((sample) => elements(x, sample * size, size)));
    }
  };
}

async function header(file: SourceFile): Promise<IdxFile> {
  const compressed = isGzip(await file.part(0, 2));
  const beginning = await unpackedBeginning(file, longestHeader, format);
  if (beginning.length < 8 || beginning[0] !== 0 || beginning[1] !== 0)
    throw invalid(file, 'it does not begin as an IDX file does');
  const dimensions = beginning[3]!;
  if (beginning[2] !== unsignedByte)
    throw invalid(
      file,
      `its elements are of type 0x${beginning[2]!.toString(16)}, and only unsigned bytes (0x8) are read`
    );
  if (dimensions < 1 || dimensions > 4) throw invalid(file, `it has ${dimensions} dimensions`);
  const offset = 4 + 4 * dimensions;
  if (beginning.length < offset) throw invalid(file, 'it is cut off');
  const shape = Array.from({ length: dimensions }, (_, axis) => beginning.readUInt32BE(4 + 4 * axis));
  const count = shape.reduce((product, extent) => product * Math.max(1, extent), 1);
  if (!Number.isSafeInteger(count))
    throw invalid(file, `its shape (${shape.join(', ')}) is impossibly large`);
  const bytes = shape.includes(0) ? 0 : count;
  if (!compressed && file.bytes !== offset + bytes)
    throw invalid(
      file,
      `its shape (${shape.join(', ')}) needs ${bytes} bytes and ${file.bytes - offset} are there`
    );
  return { file, shape, offset, compressed };
}

/** @param start the first element */
async function elements(
  { file, shape, offset, compressed }: IdxFile,
  start: number,
  length: number
): Promise<Buffer> {
  if (compressed) {
    const total = shape.reduce((product, extent) => product * extent, 1);
    return (await unpackedWhole(file, offset + total, format)).subarray(
      offset + start,
      offset + start + length
    );
  }
  const bytes = await file.part(offset + start, length);
  if (bytes.length < length) throw invalid(file, 'it is cut off');
  return bytes;
}

function invalid(file: SourceFile, reason: string): BitlabError {
  return new BitlabError('DATA_FILE_INVALID', { file: file.path, format, reason });
}

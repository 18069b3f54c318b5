import { BitlabError } from '../../../contract/index.ts';
import { checkedLabels, mostClasses } from '../labels.ts';
import { npyArray, NpyProblem, parseNpyHeader, type NpyHeader } from '../npy.ts';
import { layoutOf, type PictureShape } from '../pictures.ts';
import type { PictureSource } from '../picture-source.ts';
import type { SourceFile } from '../source-files.ts';
import { checkLabelArray } from './npz.ts';

/** As much of a file as its header can take. */
const beginningBytes = 12_000;

interface NpyFile {
  readonly file: SourceFile;
  readonly header: NpyHeader;
}

/**
 * Two .npy files: pictures of uint8 or float32, (n, c, h, w), (n, h, w, c) or (n, h, w), and n integer labels. The pictures are read
 * from the file as they are needed, so that they may be more than fits into memory.
 * @throws BitlabError DATA_FILES_AMBIGUOUS, DATA_FILE_INVALID, DATA_ARRAY_UNSUPPORTED, DATA_LENGTHS_DIFFER, DATA_LABEL_OUT_OF_RANGE
 */
export async function npyPairSource(files: readonly SourceFile[]): Promise<PictureSource> {
  const opened: NpyFile[] = [];
  for (const file of files) opened.push(await readHeader(file));
  const pictures = opened.filter(({ header }) => header.shape.length > 2);
  const labelled = opened.filter(({ header }) => header.shape.length < 2);
  if (opened.length !== 2 || pictures.length !== 1 || labelled.length !== 1)
    throw new BitlabError('DATA_FILES_AMBIGUOUS', {
      reason: `of ${opened.length} .npy files ${pictures.length} hold pictures and ${labelled.length} hold labels`,
      advice:
        'Give two files: pictures of shape (n, c, h, w), (n, h, w, c) or (n, h, w), and labels of shape (n).'
    });
  const [x] = pictures as [NpyFile];
  const [y] = labelled as [NpyFile];
  const { type, layout, shape } = checkedPictures(x);
  const samples = x.header.shape[0]!;
  const labels = await readLabels(y);
  if (labels.length !== samples)
    throw new BitlabError('DATA_LENGTHS_DIFFER', {
      file: y.file.path,
      pictures: samples,
      labels: labels.length
    });
  const bytes = shape[0] * shape[1] * shape[2] * (type === 'uint8' ? 1 : 4);
  const { dataOffset, bigEndian } = x.header;
  const one = async (sample: number) => {
    const part = await x.file.part(dataOffset + sample * bytes, bytes);
    if (part.length < bytes) throw invalid(x.file, 'it is cut off');
    if (type === 'uint8') return part;
    const elements = Buffer.from(part);
    if (bigEndian) elements.swap32();
    return new Float32Array(elements.buffer.slice(elements.byteOffset, elements.byteOffset + bytes));
  };
  return {
    labels,
    classNames: [],
    elements: { kind: 'array', type, layout, shape },
    async read(chosen) {
      const results = [];
      for (const sample of chosen) results.push(await one(sample));
      return results;
    }
  };
}

async function readHeader(file: SourceFile): Promise<NpyFile> {
  if (file.bytes === 0) throw new BitlabError('DATA_EMPTY', { file: file.path });
  const header = described(file, await file.part(0, beginningBytes));
  if (header.dataOffset + header.dataBytes !== file.bytes)
    throw invalid(
      file,
      `its shape (${header.shape.join(', ')}) needs ${header.dataBytes} bytes and ${file.bytes - header.dataOffset} are there`
    );
  return { file, header };
}

function described(file: SourceFile, beginning: Buffer): NpyHeader {
  try {
    const header = parseNpyHeader(beginning);
    if (header === null) throw new NpyProblem('damaged', 'it ends within its header');
    return header;
  } catch (error) {
    if (!(error instanceof NpyProblem)) throw error;
    if (error.kind === 'damaged') throw invalid(file, error.message, error);
    throw new BitlabError(
      'DATA_ARRAY_UNSUPPORTED',
      { array: 'saved', file: file.path, reason: error.message },
      { cause: error }
    );
  }
}

function checkedPictures({ file, header }: NpyFile): {
  type: 'uint8' | 'float32';
  layout: 'nchw' | 'nhwc';
  shape: PictureShape;
} {
  const refuse = (reason: string) =>
    new BitlabError('DATA_ARRAY_UNSUPPORTED', { array: 'of pictures', file: file.path, reason });
  const { code, shape, columnMajor } = header;
  if (code !== 'u1' && code !== 'f4') throw refuse(`its elements are ${code}`);
  if (columnMajor)
    throw refuse('it is stored column by column (Fortran order); save numpy.ascontiguousarray(x)');
  if (shape.length > 4) throw refuse(`it has the shape (${shape.join(', ')})`);
  if (header.elements === 0) throw refuse(`it is empty: its shape is (${shape.join(', ')})`);
  const [samples, height, width] = shape as [number, number, number];
  const described = layoutOf(shape.length === 3 ? [samples, 1, height, width] : shape);
  return { type: code === 'u1' ? 'uint8' : 'float32', ...described };
}

async function readLabels({ file, header }: NpyFile): Promise<Int32Array> {
  const bytes = await file.part(header.dataOffset, header.dataBytes);
  if (bytes.length < header.dataBytes) throw invalid(file, 'it is cut off');
  const copy = new Uint8Array(bytes).buffer;
  const array = npyArray(header, copy);
  checkLabelArray(array, file.path);
  return checkedLabels(array.data, mostClasses);
}

function invalid(file: SourceFile, reason: string, cause?: unknown): BitlabError {
  return new BitlabError('DATA_FILE_INVALID', { file: file.path, format: 'NumPy array', reason }, { cause });
}

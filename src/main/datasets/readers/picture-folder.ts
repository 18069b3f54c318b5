import { BitlabError } from '../../../contract/index.ts';
import { isPictureName } from '../decode-picture.ts';
import { inParallel } from '../in-parallel.ts';
import { mostClasses } from '../labels.ts';
import type { PictureSource } from '../picture-source.ts';
import { byCodePoint, type SourceFile } from '../source-files.ts';
import { readLabelTable } from './label-table.ts';

/** Files that are read at once. */
const readAtOnce = 8;

/**
 * A folder for each class, as torchvision's ImageFolder takes it: the folders in the order of their names are the classes. Samples go
 * through the classes in turn, one of each, so that the first so many of them are a fair share of every class.
 * @throws BitlabError DATA_FILES_AMBIGUOUS
 */
export function classFolderSource(files: readonly SourceFile[]): PictureSource {
  const pictures = files.filter(({ path }) => isPictureName(path));
  const folders = new Map<string, SourceFile[]>();
  for (const picture of pictures) {
    const folder = folderOf(picture.path);
    const inside = folders.get(folder);
    if (inside === undefined) folders.set(folder, [picture]);
    else inside.push(picture);
  }
  const parents = [...new Set([...folders.keys()].map(folderOf))];
  const loose = folders.has('');
  if (folders.size === 0 || loose || parents.length > 1)
    throw new BitlabError('DATA_FILES_AMBIGUOUS', {
      reason:
        folders.size === 0
          ? 'there are no pictures'
          : loose
            ? `the picture ${folders.get('')![0]!.path} lies in no folder that would be its class`
            : `folders of pictures lie in several folders: ${parents
                .slice(0, 3)
                .map((parent) => parent || 'the top')
                .join(', ')}`,
      advice:
        'Give the folder that has one folder of pictures for each class in it, or a CSV with the labels beside the pictures.'
    });
  if (folders.size > mostClasses)
    throw new BitlabError('DATA_LABEL_OUT_OF_RANGE', { label: folders.size, index: 0, classes: mostClasses });
  const names = [...folders.keys()].sort((a, b) => byCodePoint(lastPart(a), lastPart(b)));
  const classes = names.map((name) => folders.get(name)!);
  const chosen: { readonly file: SourceFile; readonly label: number }[] = [];
  const most = classes.reduce((length, inside) => Math.max(length, inside.length), 0);
  for (let turn = 0; turn < most; turn++)
    for (const [label, inside] of classes.entries())
      if (turn < inside.length) chosen.push({ file: inside[turn]!, label });
  return filesSource(
    chosen,
    names.map((name) => lastPart(name).slice(0, 120))
  );
}

/**
 * Pictures whose labels stand in a table beside them, in the order of its rows. The table's paths are relative to its folder, or to
 * any folder above the pictures, or names without an ending (`id_code`).
 * @throws BitlabError DATA_LABELS_MISSING, DATA_PICTURE_MISSING, and what the table is refused for
 */
export async function labelTableSource(
  files: readonly SourceFile[],
  table: SourceFile
): Promise<PictureSource> {
  const { labels, classNames } = await readLabelTable(table);
  const pictures = files.filter(({ path }) => isPictureName(path));
  const byEnding = endings(pictures);
  const chosen: { readonly file: SourceFile; readonly label: number }[] = [];
  const used = new Set<SourceFile>();
  for (const [path, label] of labels) {
    const file = byEnding.get(path);
    if (file === undefined || file === null)
      throw file === null
        ? new BitlabError('DATA_FILES_AMBIGUOUS', {
            reason: `several pictures are called ${path}`,
            advice: 'Write their folders into the table of labels, too.'
          })
        : new BitlabError('DATA_PICTURE_MISSING', { file: table.path, picture: path.slice(0, 200) });
    used.add(file);
    chosen.push({ file, label });
  }
  const unlabelled = pictures.find((picture) => !used.has(picture));
  if (unlabelled !== undefined)
    throw new BitlabError('DATA_LABELS_MISSING', { file: table.path, picture: unlabelled.path });
  return filesSource(chosen, classNames);
}

/** Every way to name a picture by the end of its path -> the picture, or null where that is more than one. */
function endings(pictures: readonly SourceFile[]): Map<string, SourceFile | null> {
  const known = new Map<string, SourceFile | null>();
  for (const picture of pictures) {
    let rest = picture.path;
    for (;;) {
      for (const name of [rest, rest.replace(/\.[^./]*$/, '')])
        known.set(name, known.has(name) && known.get(name) !== picture ? null : picture);
      const slash = rest.indexOf('/');
      if (slash < 0) break;
      rest = rest.slice(slash + 1);
    }
  }
  return known;
}

function filesSource(
  chosen: readonly { readonly file: SourceFile; readonly label: number }[],
  classNames: readonly string[]
): PictureSource {
  return {
    labels: Int32Array.from(chosen, ({ label }) => label),
    classNames,
    elements: { kind: 'file', pathOf: (sample) => chosen[sample]!.file.path, sizes: null },
    read: (samples) => inParallel(samples, readAtOnce, (sample) => chosen[sample]!.file.read())
  };
}

const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')));
const lastPart = (path: string) => path.slice(path.lastIndexOf('/') + 1);

import { BitlabError, fileEndings, fileKindOf, type FileKind } from '../../contract/index.ts';

/** Files by kind, in their order, and what is wrong with the others. */
export interface SortedFiles<T> {
  readonly files: Readonly<Record<FileKind, readonly T[]>>;
  readonly problem: BitlabError | null;
}

/** Sorts dropped files by their names; those that nothing imports are named in one error. Folders end in a slash. */
export function sortFiles<T extends { readonly name: string }>(dropped: readonly T[]): SortedFiles<T> {
  const kindOf = ({ name }: T) => fileKindOf(name);
  const of = (kind: FileKind) => dropped.filter((file) => kindOf(file) === kind);
  const others = dropped.filter((file) => kindOf(file) === null).map(({ name }) => name);
  const known = Object.values(fileEndings).flat().join(', ');
  const files = nameList(others);
  return {
    files: {
      model: of('model'),
      dataset: of('dataset'),
      measurement: of('measurement'),
      experiment: of('experiment')
    },
    problem: others.length === 0 ? null : new BitlabError('FILE_KIND_UNKNOWN', { files, known })
  };
}

function nameList(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

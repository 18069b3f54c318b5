import {
  BitlabError,
  droppedKindOf,
  droppedKinds,
  fileEndings,
  type DroppedKind
} from '../../contract/index.ts';

/** Files by kind, in their order, and what is wrong with the others. */
export interface SortedFiles<T> {
  readonly files: Readonly<Record<DroppedKind, readonly T[]>>;
  readonly problem: BitlabError | null;
}

/** Sorts dropped files by their names; those that nothing imports are named in one error. */
export function sortFiles<T extends { readonly name: string }>(dropped: readonly T[]): SortedFiles<T> {
  const of = (kind: DroppedKind | null) => dropped.filter(({ name }) => droppedKindOf(name) === kind);
  const others = of(null).map(({ name }) => name);
  const known = droppedKinds.flatMap((kind) => fileEndings[kind]).join(', ');
  return {
    files: {
      model: of('model'),
      dataset: of('dataset'),
      measurement: of('measurement'),
      experiment: of('experiment')
    },
    problem:
      others.length === 0 ? null : new BitlabError('FILE_KIND_UNKNOWN', { files: nameList(others), known })
  };
}

function nameList(names: readonly string[]): string {
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${names.length - 3} more` : shown;
}

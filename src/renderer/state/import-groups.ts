/** What both need of a chosen file. */
interface Named {
  readonly fileName: string;
}

/** Chosen files as data sets: each archive is one of its own, all other files together are one. */
export function importGroups<F extends Named>(files: readonly F[]): F[][] {
  const isArchive = ({ fileName }: F) => /\.(npz|zip)$/i.test(fileName);
  const archives = files.filter(isArchive).map((file) => [file]);
  const others = files.filter((file) => !isArchive(file));
  return others.length === 0 ? archives : [...archives, others];
}

/** A name for the data set: the folder that its files share, or the first file, without endings of its format. */
export function datasetNameFrom(files: readonly Named[]): string {
  const first = files[0]?.fileName ?? '';
  const folder = first.includes('/') ? first.slice(0, first.indexOf('/')) : null;
  const shared = folder !== null && files.every(({ fileName }) => fileName.startsWith(`${folder}/`));
  const name = shared
    ? folder
    : first
        .slice(first.lastIndexOf('/') + 1)
        .replace(/\.(npz|npy|zip|bin|gz)$/i, '')
        .replace(/[-.](images|labels)[-.]idx\d-ubyte$/i, '');
  return name.slice(0, 120);
}

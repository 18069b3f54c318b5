/** A file and its path from the folder that was dropped. */
export interface FileWithin {
  readonly file: File;
  readonly path: string;
}

/** All files of what was dropped, those of folders and of folders in them included. */
export async function filesWithin(entries: readonly FileSystemEntry[]): Promise<FileWithin[]> {
  const found: FileWithin[] = [];
  for (const entry of entries) {
    const path = entry.fullPath.replace(/^\//, '');
    if (entry.isFile) {
      const file = await new Promise<File>((resolve, reject) =>
        (entry as FileSystemFileEntry).file(resolve, reject)
      );
      found.push({ file, path });
    } else {
      found.push(...(await filesWithin(await entriesOf(entry as FileSystemDirectoryEntry))));
    }
  }
  return found;
}

/** A reader gives some entries at a time, and none at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject)
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}

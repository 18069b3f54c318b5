import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { canonicalJson, type DatasetFormat, type Preprocessing } from '../../contract/index.ts';
import { openContainer } from './container.ts';
import type { OpenDataset } from './open-dataset.ts';
import { openPictures } from './open-pictures.ts';
import type { PictureCache } from './picture-cache.ts';
import { npzSource } from './readers/npz.ts';

/** Where decoded pictures are kept, and the hash of the data that they are of. */
export interface CachedIn {
  readonly cache: PictureCache;
  readonly hash: string;
}

/**
 * Opens a stored data set: an .npz archive, whose arrays are held in memory until it is let go, or what any other format was
 * stored as, a container, whose pictures are read as they are needed.
 * @param format what the data set was imported from
 * @param fileName the name to use in error messages
 * @throws BitlabError FILE_NOT_FOUND, DATA_*
 */
export async function openDataset(
  path: string,
  format: DatasetFormat,
  preprocessing: Preprocessing,
  fileName: string = basename(path),
  cachedIn: CachedIn | null = null
): Promise<OpenDataset> {
  const source = format === 'npz' ? await npzSource(path, { fileName }) : await openContainer(path, fileName);
  if (cachedIn === null) return openPictures(source, preprocessing);
  const key = cacheKey(cachedIn.hash, preprocessing);
  return openPictures(source, preprocessing, (pictureBytes) => cachedIn.cache.open(key, pictureBytes));
}

/** What is kept are pixels of 8 bits: scale, mean and deviation come after them and do not matter. */
function cacheKey(hash: string, { channels, resize, centreCrop }: Preprocessing): string {
  const transform = canonicalJson({
    channels: channels ?? 'rgb',
    resize: resize ?? null,
    centreCrop: centreCrop ?? null
  });
  return createHash('sha256').update(`1 ${hash} ${transform}`).digest('hex');
}

import type { DatasetSource } from '../../contract/index.ts';
import type { ChosenFile } from './client.ts';

/** Uploads that are on their way at once. */
const atOnce = 6;

/** Makes files that are one data set reachable for the host. @param onProgress is told how many of them are */
export async function datasetSource(
  files: readonly ChosenFile[],
  onProgress: (done: number) => void = () => {}
): Promise<DatasetSource> {
  const sources = new Array<Awaited<ReturnType<ChosenFile['source']>>>(files.length);
  let next = 0;
  let done = 0;
  const worker = async () => {
    for (let index = next++; index < files.length; index = next++) {
      sources[index] = await files[index]!.source();
      onProgress(++done);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, files.length) }, worker));
  const [only] = sources;
  if (sources.length === 1 && only !== undefined) return only;
  const paths = sources.flatMap((source) => ('path' in source ? [source.path] : []));
  if (paths.length > 0) return { paths };
  return { uploads: sources.flatMap((source) => ('upload' in source ? [source] : [])) };
}

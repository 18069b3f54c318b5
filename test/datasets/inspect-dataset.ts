import type { Preprocessing } from '../../src/contract/index.ts';
import { packDataset } from '../../src/main/datasets/index.ts';

/** What is known of an .npz archive, which is stored as it is. */
export function inspectDataset(
  path: string,
  name: string,
  preprocessing: Preprocessing,
  classNames: readonly string[]
) {
  const request = { files: [{ path, name }], labels: 'fine' as const, preprocessing, classNames };
  return packDataset(request, `${path}.container`);
}

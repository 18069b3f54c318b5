import { BitlabError } from '../../contract/index.ts';
import type { Context } from '../experiments/index.ts';

/** For hosts that read files where they lie. */
export const noUploads: Context['uploads'] = {
  path: (_id, fileName) => {
    throw new BitlabError('UPLOAD_NOT_FOUND', { file: fileName });
  },
  remove: async () => {}
};

import { BitlabError } from '../../../contract/index.ts';

/** Imported measurements by hash, checked when they were imported. */
export interface Measurements {
  /** A converter: the value of each code from 0 on, in units of full scale. */
  transfer(hash: string): readonly number[];
  /** Products of codes: (activation codes, weight codes), row-major. */
  products(hash: string): { readonly columns: number; readonly values: readonly number[] };
  /** The deviation of a sum's error at ascending values of the sum, both in units of full scale. */
  noise(hash: string): { readonly values: readonly number[]; readonly deviations: readonly number[] };
}

/** Of a notebook without any. */
export const noMeasurements: Measurements = {
  transfer: (hash) => missing('transfer table', hash),
  products: (hash) => missing('table of products', hash),
  noise: (hash) => missing('noise table', hash)
};

function missing(what: string, name: string): never {
  throw new BitlabError('CONFIGURATION_CONFLICT', {
    reason: `There is no imported ${what} ${name}`,
    advice: 'Import it under this name first, or leave the setting out.'
  });
}

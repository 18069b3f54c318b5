import { BitlabError } from '../../contract/index.ts';

/** One record of what `tools/torch_golden.py` writes to expected.json. */
export interface TorchRecord {
  readonly case: string;
  readonly bits: number;
  readonly scheme: 'affine' | 'symmetric';
  readonly storage: 'unsigned' | 'signed';
  readonly observer: 'minmax' | 'moving-average' | 'histogram';
  readonly reduceRange: boolean;
  readonly axis: number | null;
  readonly quantMin: number;
  readonly quantMax: number;
  readonly scale: readonly number[];
  readonly zeroPoint: readonly number[];
  readonly codesHash: string;
  readonly valuesHash: string;
}

/**
 * Checks a parsed expected.json.
 * @throws BitlabError CONFORMANCE_UNREADABLE, naming the record and the field
 */
export function parseTorchRecords(json: unknown): { torch: string; records: TorchRecord[] } {
  if (!isObject(json) || typeof json['torch'] !== 'string' || !Array.isArray(json['records']))
    throw unreadable('expected.json has no PyTorch version or no list of records');
  if (json['records'].length === 0) throw unreadable('expected.json has no records');
  return { torch: json['torch'], records: json['records'].map(parseRecord) };
}

function parseRecord(json: unknown, index: number): TorchRecord {
  if (!isObject(json)) throw unreadable(`record ${index} is not an object`);
  const field = <Value>(name: string, accepts: (value: unknown) => value is Value): Value => {
    const value = json[name];
    if (!accepts(value)) throw unreadable(`the field ${name} of record ${index} is missing or not valid`);
    return value;
  };
  return {
    case: field('case', isString),
    bits: field('bits', isBitWidth),
    scheme: field('scheme', oneOf('affine', 'symmetric')),
    storage: field('storage', oneOf('unsigned', 'signed')),
    observer: field('observer', oneOf('minmax', 'moving-average', 'histogram')),
    reduceRange: field('reduce_range', isBoolean),
    axis: field('axis', isAxis),
    quantMin: field('quant_min', isInteger),
    quantMax: field('quant_max', isInteger),
    scale: field('scale', isNumbers),
    zeroPoint: field('zero_point', isIntegers),
    codesHash: field('codes_sha256', isHash),
    valuesHash: field('values_sha256', isHash)
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isString = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);
const isBitWidth = (value: unknown): value is number => isInteger(value) && value >= 2 && value <= 16;
const isAxis = (value: unknown): value is number | null => value === null || (isInteger(value) && value >= 0);
const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'number');
const isIntegers = (value: unknown): value is number[] => isNumbers(value) && value.every(isInteger);
const isHash = (value: unknown): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const oneOf =
  <const Value extends string>(...values: Value[]) =>
  (value: unknown): value is Value =>
    values.includes(value as Value);

function unreadable(reason: string): BitlabError {
  return new BitlabError('CONFORMANCE_UNREADABLE', { reason });
}

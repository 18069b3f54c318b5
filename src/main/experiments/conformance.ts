import { createHash } from 'node:crypto';
import { endianness } from 'node:os';
import { BitlabError } from '../../contract/index.ts';
import { referenceStatisticsKernels } from '../kernels/reference/statistics/index.ts';
import type { StatisticsKernels } from '../kernels/statistics-kernels.ts';
import { elementCount, type Tensor } from '../numeric/tensor.ts';
import {
  createObserver,
  fakeQuantize,
  observerAs,
  observerKey,
  quantizerFromRange,
  quantizeToCodes,
  type Observer,
  type ObserverDialect,
  type Quantizer,
  type QuantizerSettings
} from '../quantization/index.ts';
import { parseTorchRecords, type TorchRecord } from './torch-records.ts';

/** How the results of Bitlab compare with those of PyTorch. */
export interface ConformanceReport {
  readonly total: number;
  readonly matched: number;
  readonly firstDifference: ConformanceDifference | null;
}

export interface ConformanceDifference {
  /** The record, as readable text. */
  readonly record: string;
  readonly field: 'quant_min' | 'quant_max' | 'scale' | 'zero_point' | 'codes_sha256' | 'values_sha256';
  readonly expected: string;
  readonly found: string;
}

/** PyTorch's histogram observer assumes this many levels whatever the bit width is. */
const torchDestinationLevels = 256;

/**
 * Computes every record of what `tools/torch_golden.py` wrote and compares scale, zero point, codes and values bit for bit.
 * Records of PyTorch 1 are compared in the dialect `torch-1.13`, those of later ones in `torch`.
 * @param expected the parsed expected.json @param tensors the arrays of tensors.npz, named CASE.0, CASE.1, ...
 * @param kernels the plain ones by default
 * @throws BitlabError CONFORMANCE_UNREADABLE
 */
export function compareWithTorch(
  expected: unknown,
  tensors: ReadonlyMap<string, Tensor<Float32Array>>,
  kernels: StatisticsKernels = referenceStatisticsKernels
): ConformanceReport {
  const { torch, records } = parseTorchRecords(expected);
  const dialect: ObserverDialect = /^[01]\./.test(torch) ? 'torch-1.13' : 'torch';
  const observed = new Map<string, Observer>();
  const batchesOf = new Map<string, Tensor<Float32Array>[]>();
  let matched = 0;
  let firstDifference: ConformanceDifference | null = null;
  for (const record of records) {
    const batches = batchesOf.get(record.case) ?? caseBatches(record.case, tensors);
    batchesOf.set(record.case, batches);
    requireAxis(record, batches);

    const key = `${record.case} ${record.axis} ${observerKey(record.observer, dialect)}`;
    let observer = observed.get(key);
    if (observer === undefined) {
      observer = createObserver(record.observer, dialect, record.axis, kernels);
      for (const batch of batches) observer.observe(batch.data, batch.shape);
      observed.set(key, observer);
    }
    const difference = differenceOf(record, observerAs(observer, record.observer), batches[0]!);
    if (difference === null) matched++;
    else firstDifference ??= difference;
  }
  return { total: records.length, matched, firstDifference };
}

function differenceOf(
  record: TorchRecord,
  observer: Observer,
  batch: Tensor<Float32Array>
): ConformanceDifference | null {
  const settings: QuantizerSettings = {
    bits: record.bits,
    scheme: record.scheme,
    storage: record.storage,
    narrow: false,
    reduceRange: record.reduceRange
  };
  const range = observer.range(settings, torchDestinationLevels);
  const quantizer = quantizerFromRange(range, settings, record.axis);
  for (const [field, expected, found] of fields(record, quantizer, batch)) {
    if (expected !== found) return { record: describe(record), field, expected, found };
  }
  return null;
}

/** What is compared, as text that is equal only where the bits are. */
function* fields(
  record: TorchRecord,
  quantizer: Quantizer,
  batch: Tensor<Float32Array>
): Generator<[ConformanceDifference['field'], string, string]> {
  yield ['quant_min', String(record.quantMin), String(quantizer.low)];
  yield ['quant_max', String(record.quantMax), String(quantizer.high)];
  yield ['scale', record.scale.join(', '), quantizer.scale.join(', ')];
  yield ['zero_point', record.zeroPoint.join(', '), quantizer.zeroPoint.join(', ')];
  yield ['codes_sha256', record.codesHash, sha256(quantizeToCodes(batch.data, batch.shape, quantizer))];
  yield ['values_sha256', record.valuesHash, sha256(fakeQuantize(batch.data, batch.shape, quantizer))];
}

function caseBatches(
  name: string,
  tensors: ReadonlyMap<string, Tensor<Float32Array>>
): Tensor<Float32Array>[] {
  const batches: Tensor<Float32Array>[] = [];
  for (let tensor; (tensor = tensors.get(`${name}.${batches.length}`)) !== undefined;) {
    if (!(tensor.data instanceof Float32Array) || tensor.data.length !== elementCount(tensor.shape))
      throw unreadable(`the array ${name}.${batches.length} is not float32 of its shape`);
    batches.push(tensor);
  }
  if (batches.length === 0) throw unreadable(`the array ${name}.0 is missing`);
  return batches;
}

function requireAxis(record: TorchRecord, batches: readonly Tensor[]): void {
  const { axis } = record;
  if (
    axis !== null &&
    batches.some(({ shape }) => shape[axis] === undefined || shape[axis] !== batches[0]!.shape[axis])
  )
    throw unreadable(`the arrays of ${record.case} do not have the same channels along axis ${axis}`);
}

function describe({ case: name, bits, scheme, storage, axis, observer, reduceRange }: TorchRecord): string {
  const granularity = axis === null ? 'per tensor' : `per channel (axis ${axis})`;
  return `${name}, ${bits} bits, ${scheme} ${storage}${reduceRange ? ' reduced' : ''}, ${granularity}, ${observer}`;
}

/** The hash of the bytes in little-endian order. */
function sha256(data: Int32Array | Float32Array): string {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return createHash('sha256')
    .update(endianness() === 'LE' ? bytes : Buffer.from(bytes).swap32())
    .digest('hex');
}

function unreadable(reason: string): BitlabError {
  return new BitlabError('CONFORMANCE_UNREADABLE', { reason });
}

import { endianness } from 'node:os';
import { BitlabError } from '../../contract/index.ts';
import type { Blobs, ReceivedFile } from './blobs.ts';
import type { Connection } from './connection.ts';

/** Where a run's predictions are. */
export interface StoredPredictions {
  readonly runId: string;
  readonly samples: number;
  readonly classes: number;
  readonly logitsHash: string;
  readonly predictedHash: string;
  readonly labelsHash: string;
  /** Of the numbers that the samples have in the data set; null where they are the first. */
  readonly drawnHash: string | null;
}

/** The files of a run's predictions, received but not yet kept. */
export interface ReceivedPredictions {
  readonly samples: number;
  readonly classes: number;
  readonly logits: ReceivedFile;
  readonly predicted: ReceivedFile;
  readonly labels: ReceivedFile;
  readonly drawn: ReceivedFile | null;
}

interface PredictionsRow {
  run_id: string;
  samples: number;
  classes: number;
  logits_hash: string;
  predicted_hash: string;
  labels_hash: string;
  drawn_hash: string | null;
}

/**
 * Each run's logits (float32, samples x classes), predicted classes and labels (int32), as little-endian blobs. Runs on
 * the same samples share the blob of their labels, which also proves that they can be compared pair by pair.
 */
export class Predictions {
  readonly #connection: Connection;
  readonly #blobs: Blobs;

  constructor(connection: Connection, blobs: Blobs) {
    this.#connection = connection;
    this.#blobs = blobs;
  }

  /** @param logits samples x classes @param predicted, labels one class for each sample @param drawn their numbers in the data set */
  async receive(
    logits: Float32Array,
    predicted: Int32Array,
    labels: Int32Array,
    drawn: Int32Array | null = null
  ): Promise<ReceivedPredictions> {
    return {
      samples: labels.length,
      classes: logits.length / labels.length,
      logits: await this.#blobs.receive(littleEndian(logits)),
      predicted: await this.#blobs.receive(littleEndian(predicted)),
      labels: await this.#blobs.receive(littleEndian(labels)),
      drawn: drawn === null ? null : await this.#blobs.receive(littleEndian(drawn))
    };
  }

  /** Within the transaction that finishes the run. */
  insert(runId: string, received: ReceivedPredictions, at: string): void {
    for (const file of filesOf(received)) this.#blobs.keep(file, at);
    this.#connection
      .prepare(
        `INSERT INTO predictions (run_id, samples, classes, logits_hash, predicted_hash, labels_hash${received.drawn === null ? '' : ', drawn_hash'})
         VALUES (?, ?, ?, ?, ?, ?${received.drawn === null ? '' : ', ?'})`
      )
      .run(
        runId,
        received.samples,
        received.classes,
        received.logits.hash,
        received.predicted.hash,
        received.labels.hash,
        ...(received.drawn === null ? [] : [received.drawn.hash])
      );
  }

  ofRun(runId: string): StoredPredictions | null {
    const row = this.#connection
      .prepare<[string], PredictionsRow>('SELECT * FROM predictions WHERE run_id = ?')
      .get(runId);
    if (row === undefined) return null;
    return {
      runId: row.run_id,
      samples: row.samples,
      classes: row.classes,
      logitsHash: row.logits_hash,
      predictedHash: row.predicted_hash,
      labelsHash: row.labels_hash,
      drawnHash: row.drawn_hash ?? null
    };
  }

  predicted(stored: StoredPredictions): Promise<Int32Array> {
    return this.#int32(stored.predictedHash, stored.samples);
  }

  labels(stored: StoredPredictions): Promise<Int32Array> {
    return this.#int32(stored.labelsHash, stored.samples);
  }

  /** Which sample of the data set each of them is. */
  async drawn({ drawnHash, samples }: StoredPredictions): Promise<Int32Array> {
    if (drawnHash === null) return Int32Array.from({ length: samples }, (_, sample) => sample);
    return this.#int32(drawnHash, samples);
  }

  /** All logits, samples x classes. */
  async logits(stored: StoredPredictions): Promise<Float32Array> {
    const bytes = sized(
      await this.#blobs.read(stored.logitsHash),
      stored.samples * stored.classes,
      stored.logitsHash
    );
    return new Float32Array(littleEndian(bytes.slice()).buffer);
  }

  /** The logits of one sample. */
  async logitsOf(stored: StoredPredictions, sample: number): Promise<Float32Array> {
    const rowBytes = stored.classes * 4;
    const bytes = await this.#blobs.readPart(stored.logitsHash, sample * rowBytes, rowBytes);
    return new Float32Array(littleEndian(bytes).buffer);
  }

  async #int32(hash: string, count: number): Promise<Int32Array> {
    const bytes = sized(await this.#blobs.read(hash), count, hash);
    return new Int32Array(littleEndian(bytes.slice()).buffer);
  }
}

/** Every file of a run's predictions. */
export function filesOf({ logits, predicted, labels, drawn }: ReceivedPredictions): ReceivedFile[] {
  return [logits, predicted, labels, ...(drawn === null ? [] : [drawn])];
}

function sized(bytes: Uint8Array, count: number, hash: string): Uint8Array {
  if (bytes.byteLength !== count * 4) throw new BitlabError('BLOB_MISSING', { hash });
  return bytes;
}

/** The bytes of 32-bit numbers in little-endian order, or back again. Only copied where the processor is big-endian. */
function littleEndian(values: Float32Array | Int32Array | Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);
  return endianness() === 'LE' ? bytes : new Uint8Array(Buffer.from(bytes).swap32());
}

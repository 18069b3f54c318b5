import type { Dataset, DatasetDetails } from '../../contract/index.ts';
import type { Connection } from './connection.ts';

export type NewDataset = Omit<DatasetDetails, 'runCount' | 'leftOut'> &
  Partial<Pick<DatasetDetails, 'leftOut'>>;

interface DatasetRow {
  id: string;
  name: string;
  hash: string;
  file_name: string;
  bytes: number;
  format: Dataset['format'];
  samples: number;
  shape: string;
  element_type: Dataset['elementType'];
  layout: Dataset['layout'];
  classes: number;
  class_names: string;
  class_counts: string;
  preprocessing: string;
  left_out: string;
  created_at: string;
}

/** Imported data sets. Those in the trash are found by identifier only. */
export class Datasets {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  list(): Dataset[] {
    return this.#connection
      .prepare<[], DatasetRow>('SELECT * FROM datasets WHERE trashed_at IS NULL ORDER BY id')
      .all()
      .map(datasetOf);
  }

  get(id: string): Dataset | null {
    const row = this.#connection.prepare<[string], DatasetRow>('SELECT * FROM datasets WHERE id = ?').get(id);
    return row === undefined ? null : datasetOf(row);
  }

  details(id: string): DatasetDetails | null {
    const row = this.#connection.prepare<[string], DatasetRow>('SELECT * FROM datasets WHERE id = ?').get(id);
    if (row === undefined) return null;
    const classCounts = JSON.parse(row.class_counts) as number[];
    const leftOut = JSON.parse(row.left_out) as DatasetDetails['leftOut'];
    return { ...datasetOf(row), classCounts, leftOut, runCount: this.runCount(id) };
  }

  byName(name: string): Dataset | null {
    const row = this.#connection
      .prepare<[string], DatasetRow>('SELECT * FROM datasets WHERE name = ? AND trashed_at IS NULL')
      .get(name);
    return row === undefined ? null : datasetOf(row);
  }

  names(): string[] {
    const rows = this.#connection
      .prepare<[], { name: string }>('SELECT name FROM datasets WHERE trashed_at IS NULL')
      .all();
    return rows.map((row) => row.name);
  }

  /** Runs that were evaluated or calibrated on this data set and are not in the trash. */
  runCount(id: string): number {
    return this.#connection
      .prepare<[string, string], { n: number }>(
        `SELECT count(*) AS n FROM runs
         WHERE (dataset_id = ? OR calibration_dataset_id = ?) AND trashed_at IS NULL`
      )
      .get(id, id)!.n;
  }

  /** Adds a data set whose blob was kept in the same transaction. */
  insert(dataset: NewDataset): void {
    this.#connection
      .prepare(
        `INSERT INTO datasets (id, name, hash, file_name, bytes, format, samples, shape, element_type, layout, classes,
           class_names, class_counts, preprocessing, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
      )
      .run(
        dataset.id,
        dataset.name,
        dataset.hash,
        dataset.fileName,
        dataset.bytes,
        dataset.format,
        dataset.samples,
        JSON.stringify(dataset.shape),
        dataset.elementType,
        dataset.layout,
        dataset.classes,
        JSON.stringify(dataset.classNames),
        JSON.stringify(dataset.classCounts),
        JSON.stringify(dataset.preprocessing),
        dataset.createdAt
      );
    if (dataset.leftOut === undefined || dataset.leftOut.count === 0) return;
    this.#connection
      .prepare('UPDATE datasets SET left_out = ? WHERE id = ?')
      .run(JSON.stringify(dataset.leftOut), dataset.id);
  }

  rename(id: string, name: string): void {
    this.#connection.prepare('UPDATE datasets SET name = ? WHERE id = ?').run(name, id);
  }

  setClassNames(id: string, classNames: readonly string[], classes: number): void {
    this.#connection
      .prepare('UPDATE datasets SET class_names = ?, classes = ? WHERE id = ?')
      .run(JSON.stringify(classNames), classes, id);
  }
}

function datasetOf(row: DatasetRow): Dataset {
  return {
    id: row.id,
    name: row.name,
    hash: row.hash,
    fileName: row.file_name,
    bytes: row.bytes,
    format: row.format,
    samples: row.samples,
    shape: JSON.parse(row.shape) as Dataset['shape'],
    elementType: row.element_type,
    layout: row.layout,
    classes: row.classes,
    classNames: JSON.parse(row.class_names) as string[],
    preprocessing: JSON.parse(row.preprocessing) as Dataset['preprocessing'],
    createdAt: row.created_at
  };
}

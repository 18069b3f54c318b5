import type { Model, ModelDetails } from '../../contract/index.ts';
import type { Connection } from './connection.ts';

export type NewModel = Omit<ModelDetails, 'runCount'>;

interface ModelRow {
  id: string;
  name: string;
  hash: string;
  file_name: string;
  bytes: number;
  opset: number;
  producer: string;
  input_shape: string;
  classes: number;
  parameters: number;
  macs: number;
  layer_count: number;
  layers: string;
  points: string | null;
  operators: string;
  float_operators: string;
  created_at: string;
  tags: string;
}

const selectModels = `
  SELECT models.*, (SELECT json_group_object(key, value) FROM model_tags WHERE model_id = models.id) AS tags
  FROM models`;

/** Imported models. Those in the trash are found by identifier only. */
export class Models {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  list(): Model[] {
    return this.#connection
      .prepare<[], ModelRow>(`${selectModels} WHERE trashed_at IS NULL ORDER BY id`)
      .all()
      .map(modelOf);
  }

  get(id: string): Model | null {
    const row = this.#connection.prepare<[string], ModelRow>(`${selectModels} WHERE id = ?`).get(id);
    return row === undefined ? null : modelOf(row);
  }

  details(id: string): ModelDetails | null {
    const row = this.#connection.prepare<[string], ModelRow>(`${selectModels} WHERE id = ?`).get(id);
    if (row === undefined) return null;
    return {
      ...modelOf(row),
      layers: JSON.parse(row.layers) as ModelDetails['layers'],
      ...(row.points !== null && { points: JSON.parse(row.points) as string[] }),
      operators: JSON.parse(row.operators) as ModelDetails['operators'],
      floatOperators: JSON.parse(row.float_operators) as string[],
      runCount: this.runCount(id)
    };
  }

  byName(name: string): Model | null {
    const row = this.#connection
      .prepare<[string], ModelRow>(`${selectModels} WHERE name = ? AND trashed_at IS NULL`)
      .get(name);
    return row === undefined ? null : modelOf(row);
  }

  names(): string[] {
    const rows = this.#connection
      .prepare<[], { name: string }>('SELECT name FROM models WHERE trashed_at IS NULL')
      .all();
    return rows.map((row) => row.name);
  }

  /** Runs of this model that are not in the trash. */
  runCount(id: string): number {
    return this.#connection
      .prepare<[string], { n: number }>(
        'SELECT count(*) AS n FROM runs WHERE model_id = ? AND trashed_at IS NULL'
      )
      .get(id)!.n;
  }

  /** Adds a model whose blob was kept in the same transaction. */
  insert(model: NewModel): void {
    this.#connection
      .prepare(
        `INSERT INTO models (id, name, hash, file_name, bytes, opset, producer, input_shape, classes, parameters, macs,
           layer_count, layers, points, operators, float_operators, created_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
      )
      .run(
        model.id,
        model.name,
        model.hash,
        model.fileName,
        model.bytes,
        model.opset,
        model.producer,
        JSON.stringify(model.inputShape),
        model.classes,
        model.parameters,
        model.macs,
        model.layerCount,
        JSON.stringify(model.layers),
        model.points === undefined ? null : JSON.stringify(model.points),
        JSON.stringify(model.operators),
        JSON.stringify(model.floatOperators),
        model.createdAt
      );
    this.setTags(model.id, model.tags);
  }

  rename(id: string, name: string): void {
    this.#connection.prepare('UPDATE models SET name = ? WHERE id = ?').run(name, id);
  }

  setTags(id: string, tags: Readonly<Record<string, string>>): void {
    this.#connection.prepare('DELETE FROM model_tags WHERE model_id = ?').run(id);
    const insert = this.#connection.prepare('INSERT INTO model_tags (model_id, key, value) VALUES (?, ?, ?)');
    for (const [key, value] of Object.entries(tags)) insert.run(id, key, value);
  }
}

function modelOf(row: ModelRow): Model {
  return {
    id: row.id,
    name: row.name,
    hash: row.hash,
    fileName: row.file_name,
    bytes: row.bytes,
    tags: JSON.parse(row.tags) as Model['tags'],
    opset: row.opset,
    producer: row.producer,
    inputShape: JSON.parse(row.input_shape) as number[],
    classes: row.classes,
    parameters: row.parameters,
    macs: row.macs,
    layerCount: row.layer_count,
    createdAt: row.created_at
  };
}

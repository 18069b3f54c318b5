import { z } from 'zod';

/** What JSON Schema says of one value, as far as it is used here. */
interface Schema {
  readonly description?: string;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** One setting of a file. */
export interface Setting {
  /** Dotted. */
  readonly path: string;
  readonly values: string;
  /** As one writes it, or null where there is none. */
  readonly default: string | null;
  readonly required: boolean;
  readonly description: string;
}

/**
 * Every setting of a schema, groups of settings opened.
 * @throws Error for a setting without a description
 */
export function settingsOf(schema: z.ZodType): Setting[] {
  const json = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
  return [...settings(json, [])];
}

function* settings(schema: Schema, path: readonly string[]): Generator<Setting> {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const inner = [...path, name];
    if (field.description === undefined)
      throw new Error(`The setting ${inner.join('.')} has no description in the contract.`);
    if (field.properties !== undefined) {
      yield* settings(field, inner);
      continue;
    }
    const optional = optionalGroup(field);
    yield {
      path: inner.join('.'),
      values: optional === null ? values(field) : 'settings as below, or `null`',
      default: field.default === undefined ? null : written(field.default),
      required: schema.required?.includes(name) ?? false,
      description: field.description
    };
    if (optional !== null) yield* settings(optional, inner);
  }
}

/** The group of settings that a field holds unless it is null; null for any other field. */
function optionalGroup({ anyOf }: Schema): Schema | null {
  const group = anyOf?.find(({ properties }) => properties !== undefined);
  const isOptional = anyOf?.length === 2 && anyOf.some(({ type }) => type === 'null');
  return isOptional ? (group ?? null) : null;
}

function values(schema: Schema): string {
  if (schema.anyOf !== undefined) return schema.anyOf.map(values).join(', or ');
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${written(value)}\``).join(', ');
  if (schema.const !== undefined) return `\`${written(schema.const)}\``;
  switch (schema.type) {
    case 'boolean':
      return '`true`, `false`';
    case 'null':
      return '`null`';
    case 'string':
      return 'text';
    case 'integer':
    case 'number':
      return number(schema);
    case 'array':
      return `a list of: ${values(schema.items ?? {})}`;
    case 'object':
      return schema.properties === undefined
        ? 'settings by name'
        : `\`{${Object.entries(schema.properties)
            .map(([name, field]) => `${name}: ${values(field)}`)
            .join(', ')}}\``;
    default:
      return 'any value';
  }
}

function number({ type, minimum, exclusiveMinimum, maximum }: Schema): string {
  const from =
    exclusiveMinimum !== undefined
      ? ` above ${exclusiveMinimum}`
      : minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER
        ? ` from ${minimum}`
        : '';
  const to = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? '' : ` to ${maximum}`;
  return `a ${type === 'integer' ? 'whole ' : ''}number${from}${to}`;
}

function written(value: unknown): string {
  return typeof value === 'string' ? value || "''" : JSON.stringify(value);
}

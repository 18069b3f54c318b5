import { BitlabError, nearestName } from '../../contract/index.ts';
import { formatSettingPath, valueAt } from '../../contract/setting-path.ts';

/** One thing that the validator found wrong, as far as it is used here. */
export interface SchemaIssue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
  readonly origin?: string;
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly inclusive?: boolean;
  readonly errors?: readonly (readonly SchemaIssue[])[];
}

/** Where a value stands, for the message: how its path is written, and its line where there is a text. */
export interface Placement {
  /** Put before the path, such as `fixed`. */
  readonly prefix: readonly string[];
  lineOf(path: readonly PropertyKey[]): number | null;
}

/** The validator's schemas, as far as it takes to list the keys of an object. */
interface SchemaNode {
  readonly def: {
    readonly innerType?: SchemaNode;
    readonly shape?: Readonly<Record<string, SchemaNode>>;
    readonly valueType?: SchemaNode;
  };
  readonly description?: string | undefined;
}

/** Something that is wrong with a file, and the path of it in the file; an empty path is the file as a whole. */
export interface PlacedProblem {
  readonly path: readonly PropertyKey[];
  readonly error: BitlabError;
}

/**
 * The validator's issues as errors of the catalogue: bits, unknown keys with the nearest known one, lists of allowed values.
 * @param schema of the whole value @param value what was validated
 */
export function schemaProblems(
  issues: readonly SchemaIssue[],
  schema: unknown,
  value: unknown,
  placement: Placement
): PlacedProblem[] {
  return issues.map((issue) => ({
    path: [...placement.prefix, ...issue.path, ...(issue.keys?.slice(0, 1) ?? [])],
    error: schemaProblem(issue, schema, value, placement)
  }));
}

function schemaProblem(
  issue: SchemaIssue,
  schema: unknown,
  value: unknown,
  placement: Placement
): BitlabError {
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys![0]!;
    return unknownKey([...issue.path, key], knownKeys(schema as SchemaNode, issue.path), placement);
  }
  const found = valueAt(value, issue.path);
  const notFinite = pathOfNotFinite(found, issue.path);
  if (notFinite !== null) {
    return new BitlabError('CONFIGURATION_INVALID', {
      ...place(notFinite, placement),
      value: String(valueAt(value, notFinite)),
      reason: 'it is no finite number',
      suggestion: 'Write a finite number.'
    });
  }
  if (isBits(issue.path)) {
    return new BitlabError('CONFIGURATION_BITS', { ...place(issue.path, placement), value: shown(found) });
  }
  if (found === 0 && issue.path.at(-1) === 'bits' && issue.path.at(-2) === 'adc') {
    return new BitlabError('ACCELERATOR_ADC_WITHOUT_BITS', place(issue.path, placement));
  }
  return new BitlabError('CONFIGURATION_INVALID', {
    ...place(issue.path, placement),
    value: shown(found),
    reason: reasonOf(issue),
    suggestion: suggestionFor(issue, found)
  });
}

/** The path of the first NaN or infinity in a value, which JSON has no word for, or null. */
function pathOfNotFinite(value: unknown, path: readonly PropertyKey[]): readonly PropertyKey[] | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : path;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, part] of Object.entries(value)) {
    const found = pathOfNotFinite(part, [...path, key]);
    if (found !== null) return found;
  }
  return null;
}

/** The bit width of weights or activations, here or in an override. */
function isBits(path: readonly PropertyKey[]): boolean {
  if (path.at(-3) === 'converters') return false;
  return path.at(-1) === 'bits' && (path.at(-2) === 'weights' || path.at(-2) === 'activations');
}

function unknownKey(
  path: readonly PropertyKey[],
  known: readonly string[],
  placement: Placement
): BitlabError {
  const key = String(path.at(-1));
  const nearest = nearestName(key, known);
  const where = path.length > 1 ? ` in ${written(path.slice(0, -1), placement)}` : '';
  const suggestion =
    nearest === null ? `Known settings${where}: ${known.join(', ')}.` : `Did you mean ${nearest}?`;
  return new BitlabError('CONFIGURATION_UNKNOWN_KEY', { ...place(path, placement), suggestion });
}

/** The keys that the object at a path may have. */
export function knownKeys(schema: unknown, path: readonly PropertyKey[]): string[] {
  return Object.keys(unwrapped(nodeAt(schema, path))?.def.shape ?? {});
}

/** What the schema says of the setting at a path; an empty text where it says nothing. */
export function descriptionAt(schema: unknown, path: readonly PropertyKey[]): string {
  return nodeAt(schema, path)?.description ?? '';
}

/** The first sentence of what the schema says of the setting at a path. */
export function summaryAt(schema: unknown, path: readonly PropertyKey[]): string {
  const [first = '', ...others] = descriptionAt(schema, path).split(/(?<!\bal)\. (?=[A-Z`])/);
  return others.length === 0 ? first : `${first}.`;
}

function nodeAt(schema: unknown, path: readonly PropertyKey[]): SchemaNode | undefined {
  let node: SchemaNode | undefined = schema as SchemaNode;
  for (const name of path) {
    const { shape, valueType }: SchemaNode['def'] = unwrapped(node)?.def ?? {};
    node = shape?.[String(name)] ?? valueType;
  }
  return node;
}

/** Without what makes a schema optional or gives it a default. */
function unwrapped(node: SchemaNode | undefined): SchemaNode | undefined {
  let inner = node;
  while (inner?.def.innerType !== undefined) inner = inner.def.innerType;
  return inner;
}

function place(path: readonly PropertyKey[], placement: Placement): Record<string, string | number> {
  const line = placement.lineOf(path);
  const text = written(path, placement);
  return line === null ? { path: text } : { path: `${text} (line ${line})`, line };
}

function written(path: readonly PropertyKey[], placement: Placement): string {
  return formatSettingPath([...placement.prefix, ...path.map(String)]) || 'the file';
}

function reasonOf(issue: SchemaIssue): string {
  if (issue.code === 'invalid_value') return 'it is not one of the known values';
  const plain = issue.message.replace(/^Invalid input: /, '').replace(/, received .*$/, '');
  return plain.charAt(0).toLowerCase() + plain.slice(1);
}

function suggestionFor(issue: SchemaIssue, found: unknown): string {
  const alternatives = (issue.errors ?? []).flat();
  const values = [issue, ...alternatives].flatMap((each) => each.values ?? []).map(String);
  const others = alternatives.filter((each) => each.values === undefined).map((each) => each.message);
  if (values.length === 0) {
    const limit = limitOf(issue);
    if (limit !== null && others.length === 0) return `Choose a number ${limit}.`;
    return others.length > 0 ? `Expected: ${others.join('; or ')}.` : 'Correct the value.';
  }
  const nearest = typeof found === 'string' ? nearestName(found, values) : null;
  if (nearest !== null) return `Did you mean ${nearest}? Known values: ${values.join(', ')}.`;
  return `Known values: ${[...values, ...others].join(', ')}.`;
}

/** The limit that a number breaks, or null. */
function limitOf({ code, origin, minimum, maximum, inclusive }: SchemaIssue): string | null {
  if (origin !== 'number' && origin !== 'int') return null;
  if (code === 'too_small' && typeof minimum === 'number')
    return inclusive === false ? `above ${minimum}` : `from ${minimum}`;
  if (code === 'too_big' && typeof maximum === 'number')
    return inclusive === false ? `below ${maximum}` : `up to ${maximum}`;
  return null;
}

/** A value as a person would recognise it. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

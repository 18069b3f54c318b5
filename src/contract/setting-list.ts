import { z } from 'zod';
import type { SettingCondition, SettingNotes, SettingWord } from './setting-notes.ts';

/** One of the forms that the value of a setting can have. */
export type SettingForm =
  | { readonly kind: 'word'; readonly value: SettingWord }
  | {
      readonly kind: 'number';
      readonly whole: boolean;
      /** Smallest value, or with `above` the number that it must exceed; null for none. */
      readonly least: number | null;
      readonly above: boolean;
      readonly most: number | null;
    }
  | { readonly kind: 'text' }
  | { readonly kind: 'list'; readonly of: readonly SettingForm[] }
  /** An object with these fields, such as `{bits: 12}`. */
  | { readonly kind: 'fields'; readonly fields: Readonly<Record<string, readonly SettingForm[]>> }
  /** A group that may be null, whose settings are listed after it. */
  | { readonly kind: 'group' }
  /** Settings by names of one's own. */
  | { readonly kind: 'named' };

/** One setting of a schema. */
export interface ListedSetting {
  /** Names joined by dots: `weights.bits`. */
  readonly path: string;
  readonly forms: readonly SettingForm[];
  /** undefined where there is none. */
  readonly default: unknown;
  readonly required: boolean;
  /** In a part of Markdown: names and values stand between backticks. */
  readonly description: string;
  readonly unit: string | null;
  /** What it is where it is left out: its default, or what its notes say; undefined where nothing is usual. */
  readonly usual: unknown;
  /** All of these must hold for it to matter. */
  readonly conditions: readonly SettingCondition[];
}

/** What JSON Schema says of one value, as far as it is used here, with our notes. */
interface Schema extends SettingNotes {
  readonly description?: string;
  readonly type?: string;
  readonly const?: SettingWord;
  readonly enum?: readonly SettingWord[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/**
 * Every setting of a schema in its order, groups of settings opened. What people read of settings, on screens and in documents, is
 * made from this list.
 * @throws Error for a setting without a description
 */
export function listSettings(schema: z.ZodType): ListedSetting[] {
  return [...listed(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema, [], [])];
}

function* listed(
  schema: Schema,
  path: readonly string[],
  conditions: readonly SettingCondition[]
): Generator<ListedSetting> {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const inner = [...path, name];
    if (field.description === undefined)
      throw new Error(`The setting ${inner.join('.')} has no description in the contract.`);
    const all = field.only === undefined ? conditions : [...conditions, field.only];
    if (field.properties !== undefined) {
      yield* listed(field, inner, all);
      continue;
    }
    const group = optionalGroup(field);
    yield {
      path: inner.join('.'),
      forms: group === null ? formsOf(field) : [{ kind: 'group' }, { kind: 'word', value: null }],
      default: field.default,
      required: schema.required?.includes(name) ?? false,
      description: field.description,
      unit: field.unit ?? null,
      usual: field.default === undefined ? field.usual : field.default,
      conditions: all
    };
    if (group !== null) yield* listed(group, inner, all);
  }
}

/** The group of settings that a field holds unless it is null; null for any other field. */
function optionalGroup({ anyOf }: Schema): Schema | null {
  const group = anyOf?.find(({ properties }) => properties !== undefined);
  const isOptional = anyOf?.length === 2 && anyOf.some(({ type }) => type === 'null');
  return isOptional ? (group ?? null) : null;
}

function formsOf(schema: Schema): SettingForm[] {
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap(formsOf);
  if (schema.enum !== undefined) return schema.enum.map((value) => ({ kind: 'word', value }));
  if (schema.const !== undefined) return [{ kind: 'word', value: schema.const }];
  switch (schema.type) {
    case 'boolean':
      return [true, false].map((value) => ({ kind: 'word', value }));
    case 'null':
      return [{ kind: 'word', value: null }];
    case 'string':
      return [{ kind: 'text' }];
    case 'integer':
    case 'number':
      return [numberForm(schema)];
    case 'array':
      return [{ kind: 'list', of: formsOf(schema.items ?? {}) }];
    case 'object':
      if (schema.properties === undefined) return [{ kind: 'named' }];
      return [
        {
          kind: 'fields',
          fields: Object.fromEntries(
            Object.entries(schema.properties).map(([name, field]) => [name, formsOf(field)])
          )
        }
      ];
    default:
      return [];
  }
}

function numberForm({ type, minimum, exclusiveMinimum, maximum }: Schema): SettingForm {
  const isLimit = (limit: number | undefined) =>
    limit !== undefined && Math.abs(limit) < Number.MAX_SAFE_INTEGER;
  const least = exclusiveMinimum ?? minimum;
  return {
    kind: 'number',
    whole: type === 'integer',
    least: isLimit(least) ? least! : null,
    above: exclusiveMinimum !== undefined,
    most: isLimit(maximum) ? maximum! : null
  };
}

/**
 * The forms of a value in words: `float`, `int32`, or a whole number from 2 to 16.
 * @param word how a word is written: in documents as code
 */
export function formsText(
  forms: readonly SettingForm[],
  word: (value: SettingWord) => string = (value) => `\`${writtenValue(value)}\``
): string {
  const words = forms.flatMap((form) => (form.kind === 'word' ? [word(form.value)] : []));
  const others = forms.flatMap((form) => (form.kind === 'word' ? [] : [formText(form, word)]));
  const firstIsWord = forms[0]?.kind === 'word';
  const parts = words.length === 0 ? [] : [words.join(', ')];
  const all = firstIsWord ? [...parts, ...others] : [...others, ...parts];
  return all.join(', or ') || 'any value';
}

function formText(form: SettingForm, word: (value: SettingWord) => string): string {
  switch (form.kind) {
    case 'word':
      return word(form.value);
    case 'number': {
      const from = form.least === null ? '' : form.above ? ` above ${form.least}` : ` from ${form.least}`;
      return `a ${form.whole ? 'whole ' : ''}number${from}${form.most === null ? '' : ` to ${form.most}`}`;
    }
    case 'text':
      return 'text';
    case 'list':
      return `a list of: ${formsText(form.of, word)}`;
    case 'fields':
      return `\`{${Object.entries(form.fields)
        .map(([name, inner]) => `${name}: ${formsText(inner, word)}`)
        .join(', ')}}\``;
    case 'group':
      return 'settings as below';
    case 'named':
      return 'settings by name';
  }
}

/** A value as one writes it in an experiment file. */
export function writtenValue(value: unknown): string {
  return typeof value === 'string' ? value || "''" : JSON.stringify(value);
}

import {
  Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseDocument,
  visit,
  type Node,
  type YAMLMap,
  type YAMLSeq
} from 'yaml';
import { ExperimentDraft, type ExperimentFile } from '../../contract/index.ts';

const style = { lineWidth: 0, flowCollectionPadding: false } as const;

/** The file as YAML that reads well: lists of plain values on one line, what is empty left out. */
export function formatExperiment(file: ExperimentFile): string {
  const document = new Document(written(file));
  visit(document, { Seq: (_key, node) => void flowIfPlain(node) });
  return document.toString(style);
}

/**
 * A text brought up to date with a file: what they agree on stays as it is written, with comments and order. A text that cannot be
 * read, or is none of an experiment, is written anew.
 */
export function updatedExperimentText(text: string, file: ExperimentFile): string {
  const document = parseDocument(text, { prettyErrors: false, version: '1.2' });
  if (document.errors.length > 0 || !isMap(document.contents)) return formatExperiment(file);
  let before: unknown;
  try {
    before = document.toJS({ maxAliasCount: 100 });
  } catch {
    return formatExperiment(file);
  }
  const known = ExperimentDraft.safeParse(before);
  if (!known.success) return formatExperiment(file);
  if (same(known.data, file)) return text;
  writeOutAliases(document);
  // What the text leaves out stays left out as long as the file has its default.
  update(document, document.contents as YAMLMap, written(known.data), written(file));
  return document.toString(style);
}

/** As it stands in a file: what is empty or says nothing is left out. */
function written(file: ExperimentFile): Record<string, unknown> {
  const { name, question, models, data, fixed, factors, zip, seeds, stopEarly, errorBudget, baseline } = file;
  return {
    name,
    ...(question === '' ? {} : { question }),
    models,
    data,
    ...(Object.keys(fixed).length === 0 ? {} : { fixed }),
    ...(Object.keys(factors).length === 0 ? {} : { factors }),
    ...(zip.length === 0 ? {} : { zip }),
    seeds,
    ...(stopEarly === undefined ? {} : { stopEarly }),
    ...(errorBudget === undefined ? {} : { errorBudget }),
    baseline
  };
}

/** Puts a copy in the place of each alias: what it stands for may change without it, or go. */
function writeOutAliases(document: Document): void {
  visit(document, {
    Alias: (_key, alias) => document.createNode(alias.toJS(document)) as Node
  });
  visit(document, {
    Value: (_key, node) => {
      delete node.anchor;
    }
  });
}

/** Changes a map where two objects differ; the map may leave out what the first has as a default. */
function update(
  document: Document,
  map: YAMLMap,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>
): void {
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) map.delete(key);
  for (const [key, value] of Object.entries(after)) {
    const old = before[key];
    if (same(old, value)) continue;
    const node = map.get(key, true) as Node | undefined;
    if (isMap(node) && isGroup(old) && isGroup(value)) update(document, node, old, value);
    else {
      map.set(key, replaced(document, node, value));
      if (node === undefined) putBehind(map, key, Object.keys(after));
    }
  }
}

/** A key that is new stands where a file has it: behind the last of those before it that are there. */
function putBehind(map: YAMLMap, key: string, order: readonly string[]): void {
  const keyOf = ({ key: node }: (typeof map.items)[number]) => (isScalar(node) ? node.value : node);
  const before = order.slice(0, order.indexOf(key));
  const place = map.items.findLastIndex((item) => before.includes(String(keyOf(item)))) + 1;
  const [added] = map.items.splice(
    map.items.findIndex((item) => keyOf(item) === key),
    1
  );
  map.items.splice(place, 0, added!);
}

/** The node of a new value, with the comments and the form of the one that it takes the place of. */
function replaced(document: Document, old: Node | undefined, value: unknown): Node {
  const node = document.createNode(value) as Node;
  visit(node, { Seq: (_key, list) => void flowIfPlain(list) });
  if (!isNode(old) || isAlias(old)) return node;
  const { comment, commentBefore, spaceBefore } = old;
  if (typeof comment === 'string') node.comment = comment;
  if (typeof commentBefore === 'string') node.commentBefore = commentBefore;
  if (spaceBefore !== undefined) node.spaceBefore = spaceBefore;
  // A question stays a block of lines.
  if (isScalar(node) && isScalar(old) && typeof node.value === 'string' && old.type !== undefined)
    node.type = old.type;
  if (isSeq(node) && isSeq(old)) keepItems(node, old);
  return node;
}

/** Items that a list had before keep their nodes, and so their comments. */
function keepItems(list: YAMLSeq, old: YAMLSeq): void {
  list.flow = old.flow ?? false;
  const kept = [...old.items];
  list.items = list.items.map((item) => {
    const text = JSON.stringify((item as Node).toJSON());
    const at = kept.findIndex(
      (other) => isNode(other) && !isAlias(other) && JSON.stringify(other.toJSON()) === text
    );
    return at < 0 ? item : kept.splice(at, 1)[0];
  });
}

/** A list whose items are plain values, or lists of such, stands on one line. */
function flowIfPlain(list: YAMLSeq): void {
  list.flow = list.items.every((item) => isScalar(item) || isSeq(item));
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  value !== null && typeof value === 'object' && !Array.isArray(value);

/** Whether two JSON values are equal, whatever the order of their keys but for lists. */
function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => same(item, other[index]));
  if (!isGroup(one) || !isGroup(other)) return false;
  const keys = Object.keys(one).filter((key) => one[key] !== undefined);
  const others = Object.keys(other).filter((key) => other[key] !== undefined);
  return keys.length === others.length && keys.every((key) => same(one[key], other[key]));
}

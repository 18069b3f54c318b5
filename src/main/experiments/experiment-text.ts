import { Document, isNode, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import {
  BitlabError,
  ExperimentFile,
  toReport,
  type AcceleratorPreset,
  type ErrorReport,
  type ExperimentFile as ExperimentFileType
} from '../../contract/index.ts';
import { withCodebooks } from './codebook-references.ts';
import { designOf, type LineOf } from './design.ts';
import { schemaProblem, type SchemaIssue } from './schema-problem.ts';

/** Combinations that are tried while someone is still writing; the plan tries all. */
const triedCombinations = 1000;
/** Aliases may not blow a short text up into a large value. */
const aliasLimit = 100;

/** A file as far as it can be understood, and the first thing that is wrong with it. */
export interface ParsedExperiment {
  readonly file: ExperimentFileType | null;
  readonly problem: ErrorReport | null;
}

export interface WhatFilesMayName {
  readonly presets?: readonly AcceleratorPreset[];
  /** Texts of CSV files, by their names. */
  readonly codebooks?: Readonly<Record<string, string>>;
}

/** Reads an experiment file in YAML 1.2 or JSON, which is a part of it. Problems name the line. */
export function parseExperiment(
  text: string,
  { presets = [], codebooks = {} }: WhatFilesMayName = {}
): ParsedExperiment {
  let file: ExperimentFileType | null = null;
  try {
    const { value, lineOf } = read(text);
    file = validated(withCodebooks(value, codebooks), lineOf);
    let tried = 0;
    for (const _point of designOf(file, presets, lineOf).points()) if (++tried === triedCombinations) break;
    return { file, problem: null };
  } catch (thrown) {
    return { file, problem: toReport(thrown) };
  }
}

function read(text: string): { value: unknown; lineOf: LineOf } {
  const lines = new LineCounter();
  const unreadable = (reason: string, cause?: unknown) =>
    new BitlabError('EXPERIMENT_UNREADABLE', { reason }, { cause });
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
    const error = document.errors[0];
    if (error !== undefined) {
      const { line, col } = lines.linePos(error.pos[0]);
      throw unreadable(`line ${line}, column ${col}: ${sentencePart(error.message)}`);
    }
    const value: unknown = document.toJS({ maxAliasCount: aliasLimit });
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
      throw unreadable(value === null ? 'it is empty' : 'it holds no settings, such as name: and models:');
    }
    return { value, lineOf: (path) => lineAt(document, lines, path) };
  } catch (thrown) {
    if (thrown instanceof BitlabError) throw thrown;
    // Aliases without end, and nesting deeper than the stack.
    const reason = thrown instanceof RangeError ? 'it is nested too deeply' : (thrown as Error).message;
    throw unreadable(sentencePart(reason), thrown);
  }
}

function validated(value: unknown, lineOf: LineOf): ExperimentFileType {
  const parsed = ExperimentFile.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues as readonly SchemaIssue[];
  const samples = (value as { data?: { calibrationSamples?: unknown } }).data?.calibrationSamples;
  if (issues[0]!.path.join('.') === 'data.calibrationSamples' && typeof samples === 'number' && samples < 2) {
    throw new BitlabError('CALIBRATION_TOO_FEW', { samples, dataset: 'the calibration data' });
  }
  throw schemaProblem(issues, ExperimentFile, value, { prefix: [], lineOf });
}

/** The line of the innermost thing on the path that is in the text. */
function lineAt(document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): number | null {
  for (let length = path.length; length > 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return null;
}

function sentencePart(message: string): string {
  const text = message.trim().replace(/\s+/g, ' ').replace(/\.$/, '');
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** The file as YAML that reads well: lists of plain values on one line, what is empty left out. */
export function formatExperiment(file: ExperimentFileType): string {
  const { name, question, models, data, fixed, factors, zip, seeds, stopEarly, errorBudget, baseline } = file;
  const document = new Document({
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
  });
  visit(document, {
    Seq: (_key, node) => {
      node.flow = node.items.every((item) => isScalar(item) || isSeq(item));
    }
  });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

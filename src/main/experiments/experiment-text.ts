import { isNode, LineCounter, parseDocument, type Document } from 'yaml';
import {
  BitlabError,
  ExperimentFile,
  toReport,
  type AcceleratorPreset,
  type ErrorReport,
  type FileProblem,
  type ExperimentFile as ExperimentFileType
} from '../../contract/index.ts';
import { withCodebooks } from './codebook-references.ts';
import { designOf, designProblems, type LineOf } from './design.ts';
import { schemaProblems, type PlacedProblem, type SchemaIssue } from './schema-problem.ts';

/** Conflicts between settings that are listed at most. */
const mostConflicts = 5;
/** Combinations that are tried while someone is still writing; the plan tries all. */
const triedCombinations = 1000;
/** Aliases may not blow a short text up into a large value. */
const aliasLimit = 100;

/** A file as far as it can be understood, and what is wrong with it. */
export interface ParsedExperiment {
  readonly file: ExperimentFileType | null;
  readonly problems: FileProblem[];
  /** The first of them. */
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
  const answer = (problems: readonly FileProblem[]): ParsedExperiment => ({
    file,
    problems: [...problems],
    problem: problems[0]?.report ?? null
  });
  try {
    const reading = read(text);
    if ('problems' in reading) return answer(reading.problems);
    const { value, lineOf } = reading;
    const placed = ({ path, error }: PlacedProblem): FileProblem => ({
      report: error.report(),
      path: path.map((name) => (typeof name === 'number' ? name : String(name))),
      line: lineOf(path)
    });
    const validated = ExperimentFile.safeParse(withCodebooks(value, codebooks));
    if (!validated.success) {
      const issues = validated.error.issues as readonly SchemaIssue[];
      const design = settingsPart(value);
      const ofSettings = design === null ? [] : designProblems(design, presets, lineOf);
      return answer([...fileProblems(issues, value, lineOf), ...ofSettings].map(placed));
    }
    file = validated.data;
    const single = Array.from(designProblems(file, presets, lineOf), placed);
    return answer(single.length > 0 ? single : combinationProblems(file, presets));
  } catch (thrown) {
    return answer([{ report: toReport(thrown), path: [], line: null }]);
  }
}

/** What keeps the first combinations from being computed, each thing once. */
function combinationProblems(file: ExperimentFileType, presets: readonly AcceleratorPreset[]): FileProblem[] {
  const found = new Map<string, FileProblem>();
  const keep = (thrown: unknown) => {
    const report = toReport(thrown);
    if (found.size < mostConflicts) found.set(report.sentence, { report, path: [], line: null });
  };
  const design = designOf(file, presets);
  let tried = 0;
  for (const { configuration } of design.levels()) {
    if (++tried > triedCombinations) break;
    try {
      configuration(file.seeds[0]!);
    } catch (thrown) {
      keep(thrown);
    }
  }
  if (found.size === 0 && file.errorBudget === true) {
    try {
      let points = 0;
      for (const _point of design.points()) if (++points === triedCombinations) break;
    } catch (thrown) {
      keep(thrown);
    }
  }
  return [...found.values()];
}

function read(text: string): { value: unknown; lineOf: LineOf } | { problems: FileProblem[] } {
  const lines = new LineCounter();
  const unreadable = (reason: string, cause?: unknown) =>
    new BitlabError('EXPERIMENT_UNREADABLE', { reason }, { cause });
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
    if (document.errors.length > 0) {
      const problems = document.errors.map((error): FileProblem => {
        const { line, col } = lines.linePos(error.pos[0]);
        const reason = `line ${line}, column ${col}: ${sentencePart(error.message)}`;
        return { report: unreadable(reason).report(), path: [], line };
      });
      return { problems };
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

/** A file with the settings, factors and zips of another one, in which something else is wrong; null where they are wrong, too. */
function settingsPart(value: unknown): ExperimentFileType | null {
  const { fixed, factors, zip } = value as Partial<ExperimentFileType>;
  const others = { name: 'unnamed', models: ['any'], data: { evaluate: 'any' } };
  const part = ExperimentFile.safeParse({ ...others, fixed, factors, zip });
  return part.success ? part.data : null;
}

function fileProblems(issues: readonly SchemaIssue[], value: unknown, lineOf: LineOf): PlacedProblem[] {
  const samples = (value as { data?: { calibrationSamples?: unknown } }).data?.calibrationSamples;
  const tooFew = typeof samples === 'number' && samples < 2;
  return schemaProblems(issues, ExperimentFile, value, { prefix: [], lineOf }).map((problem) =>
    tooFew && problem.path.join('.') === 'data.calibrationSamples'
      ? {
          ...problem,
          error: new BitlabError('CALIBRATION_TOO_FEW', { samples, dataset: 'the calibration data' })
        }
      : problem
  );
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

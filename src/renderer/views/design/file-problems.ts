import { formatSettingPath, type ErrorReport, type FileProblem } from '../../../contract/index.ts';

/** What is wrong, without the line, which is said beside it or is where it stands. */
export const sentenceOf = ({ report }: FileProblem): string => report.sentence.replace(/ \(line \d+\)/, '');

/** The part of the file that a problem is in; empty for the file as a whole. */
const first = ({ path }: FileProblem): string => String(path[0] ?? '');

/** What is wrong with a setting, as a fixed one or as a factor. */
export function problemsOfSetting(problems: readonly FileProblem[], setting: string): FileProblem[] {
  return problems.filter((problem) => {
    const { path } = problem;
    if (first(problem) === 'factors') return path[1] === setting;
    if (first(problem) !== 'fixed' || path.length < 2) return false;
    const names = path.slice(1).map(String);
    // An item of a list is wrong in the list.
    const own = names.filter((name, index) => index === 0 || !/^\d+$/.test(name));
    return formatSettingPath(own) === setting;
  });
}

/** The first thing that is wrong with a setting, in words. */
export function problemOfSetting(problems: readonly FileProblem[], setting: string): string | undefined {
  const [problem] = problemsOfSetting(problems, setting);
  return problem === undefined ? undefined : sentenceOf(problem);
}

/** What is wrong with a part of the file: `models`, `data.evaluate`, `seeds`. */
export function problemOfPart(problems: readonly FileProblem[], part: string): string | undefined {
  const names = part.split('.');
  const problem = problems.find(({ path }) => names.every((name, index) => path[index] === name));
  return problem === undefined ? undefined : sentenceOf(problem);
}

/** Where in the file a plan found something wrong, by what it says. */
export function placeOfPlanProblem(
  report: ErrorReport,
  data: { readonly calibrate: string | null }
): string[] {
  const { code, details } = report;
  if (code === 'MODEL_NOT_FOUND' || code === 'MODEL_DATA_MISMATCH') return ['models'];
  if (code === 'DATA_NOT_FOUND')
    return ['data', details['name'] === data.calibrate ? 'calibrate' : 'evaluate'];
  if (code === 'CALIBRATION_TOO_FEW') return ['data', 'calibrationSamples'];
  if (typeof details['path'] === 'string' && details['path'].startsWith('data.'))
    return details['path'].split('.');
  return [];
}

import { describe, expect, test } from 'vitest';
import { BitlabError } from '../../src/contract/index.ts';
import { parseCodebook } from '../../src/main/experiments/codebook-file.ts';
import { designOf } from '../../src/main/experiments/design.ts';
import { parseExperiment } from '../../src/main/experiments/experiment-text.ts';

const refusal = (text: string): string => {
  try {
    parseCodebook(text, 'mine.csv');
  } catch (error) {
    if (error instanceof BitlabError && error.code === 'CODEBOOK_INVALID') return error.message;
    throw error;
  }
  return '';
};

describe('a codebook in a CSV', () => {
  test.each([
    ['a level on each line', '-1\n0\n0.25\n', [-1, 0, 0.25]],
    ['one line of levels', '1,-0.5 , 1e-3', [1, -0.5, 0.001]],
    [
      'semicolons, comments, empty lines, line ends of all kinds',
      '# mine\r\n0.5; -1\r\r\n2 # two\n',
      [0.5, -1, 2]
    ],
    ['quotes and a byte order mark', '\ufeff"1","2"\n', [1, 2]]
  ])('%s', (_, text, levels) => {
    expect(parseCodebook(text, 'mine.csv')).toEqual(levels);
  });

  test.each([
    ['', 'mine.csv has no levels'],
    ['# nothing\n\n', 'mine.csv has no levels'],
    ['\n1.5\n', 'mine.csv has only one level, in line 2'],
    ['1\n2\n\n1.0', 'line 4 of mine.csv has the level 1.0 a second time, after line 1'],
    ['0.1\n0.10000000001', 'line 2 of mine.csv has the level 0.10000000001 a second time'],
    ['1,2\n3,NaN', 'line 2 of mine.csv has "NaN", which is no finite number'],
    ['1\nInfinity', 'line 2 of mine.csv has "Infinity"'],
    ['1\n1e39', 'line 2 of mine.csv has "1e39"'],
    ['level\n1\n2', 'line 1 of mine.csv has "level", which is no finite number'],
    ['1,,2', 'line 1 of mine.csv has an empty entry'],
    ['1\n"2', 'mine.csv is no CSV: Quote Not Closed']
  ])('%j is refused', (text, reason) => {
    expect(refusal(text)).toContain(reason);
  });
});

const experiment = (fixed: string, factors = '{}') => `
name: Codebooks
models: [a]
data: {evaluate: test, calibrate: calib}
fixed: ${fixed}
factors: ${factors}
`;
const grid = 'arithmetic: simulated, bias: float';

describe('an experiment file that names a CSV', () => {
  const named = experiment(`{${grid}, weights: {grid: codebook, levels: {file: mine.csv}}}`);

  test('has its levels in the configuration, as if they were written out', () => {
    const { file, problem } = parseExperiment(named, { codebooks: { 'mine.csv': '-1\n0\n0.5\n' } });
    expect(problem).toBeNull();
    const listed = parseExperiment(experiment(`{${grid}, weights: {grid: codebook, levels: [-1, 0, 0.5]}}`));
    expect(file).toEqual(listed.file);
    const [point] = [...designOf(file!).points()];
    expect(point!.configuration.weights.levels).toEqual([-1, 0, 0.5]);
  });

  test('in overrides and factors, too', () => {
    const text = experiment(
      `{${grid}, layers: {first: {weights: {grid: codebook, levels: {file: a.csv}}}}}`,
      '{weights.levels: [{file: a.csv}, {file: b.csv}], weights.grid: [codebook]}'
    );
    const { file, problem } = parseExperiment(text, { codebooks: { 'a.csv': '1,2', 'b.csv': '3;4' } });
    expect(problem).toBeNull();
    expect(file!.factors['weights.levels']).toEqual([
      [1, 2],
      [3, 4]
    ]);
    expect(file!.fixed['layers']).toEqual({ first: { weights: { grid: 'codebook', levels: [1, 2] } } });
  });

  test('says which file is not at hand, and what is wrong with one that is', () => {
    expect(parseExperiment(named).problem).toMatchObject({
      code: 'CODEBOOK_MISSING',
      details: { file: 'mine.csv' }
    });
    const { problem } = parseExperiment(named, { codebooks: { 'mine.csv': '1\ntwo' } });
    expect(problem?.sentence).toContain('line 2 of mine.csv has "two"');
  });

  test('a list with one level says where it stands', () => {
    const text = experiment(`{${grid}, layers: {fc: {weights: {grid: codebook, levels: [1]}}}}`);
    expect(parseExperiment(text).problem?.sentence).toBe(
      'The codebook is not valid: layers.fc.weights.levels: it has only one level.'
    );
  });
});

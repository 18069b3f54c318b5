import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { runCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'bitlab-cli-'));
const notebook = join(folder, 'notebook');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('help and version go to stdout with exit code 0', async () => {
  const help = await runCli(['--help']);
  expect(help).toMatchObject({ code: 0, stderr: '' });
  const commands = 'demo model dataset experiment runs export conformance serve verify backup restore';
  for (const command of commands.split(' ')) expect(help.stdout).toMatch(new RegExp(`^  ${command}`, 'm'));
  expect((await runCli(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

describe('wrong usage ends with exit code 2', () => {
  test.each([
    ['an unknown command', ['modle'], "Unknown command 'modle' (Did you mean model?). [USAGE]"],
    ['an unknown subcommand', ['model', 'ad'], '(Did you mean add?)'],
    ['an unknown option', ['model', 'list', '--jsn'], "Unknown option '--jsn' (Did you mean --json?)"],
    ['a missing argument', ['model', 'add'], "Missing required argument 'file'"],
    ['an argument too many', ['verify', 'all'], 'Too many arguments'],
    ['a value that is no choice', ['export', 'runs', '--shape', 'square'], 'Allowed choices are tidy, wide'],
    ['a port that is no number', ['serve', '--port', '80.5'], 'It must be a whole number from 0 to 65535'],
    ['a missing option', ['runs', 'predictions', 'run_1'], '--out <file>'],
    ['one run to compare', ['runs', 'compare', 'run_1'], "Missing required argument 'ids'"],
    [
      'a tag without a value',
      ['model', 'add', 'a.onnx', '--tag', 'loss'],
      'The tag loss is not of the form key=value'
    ]
  ])('%s', async (_, words, sentence) => {
    const { code, stdout, stderr } = await runCli([...words, '--notebook', notebook]);
    expect(stderr).toContain(sentence);
    expect(stderr).toContain('See bitlab --help.');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(existsSync(notebook)).toBe(false);
  });

  test('a command without its subcommand shows what there is', async () => {
    const { code, stdout, stderr } = await runCli(['model']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('add [options] <file>');
  });

  test('with --json, the error is JSON', async () => {
    const { code, stderr } = await runCli(['model', 'add', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'USAGE', remedy: 'See bitlab --help.' } });
  });

  test('files that are not there, or are not what they should be', async () => {
    const names = join(folder, 'names.txt');
    writeFileSync(names, 'circle\n\nsquare\n');
    const wrong = join(folder, 'preprocess.yaml');
    writeFileSync(wrong, 'scale: 1\nmeen: [0.5]\n');
    const cases: [string[], string][] = [
      [['experiment', 'run', join(folder, 'none.yaml')], 'FILE_NOT_FOUND'],
      [['experiment', 'run', folder], 'FILE_NOT_FOUND'],
      [['dataset', 'add', 'a.npz', '--labels', names], 'has no class name on line 2'],
      [['dataset', 'add', 'a.npz', '--preprocess', wrong], 'DATA_PREPROCESSING'],
      [['conformance', folder], 'FILE_NOT_FOUND']
    ];
    for (const [words, expected] of cases) {
      const { code, stderr } = await runCli([...words, '--notebook', notebook]);
      expect(stderr).toContain(expected);
      expect(code).toBe(2);
    }
    expect(existsSync(notebook)).toBe(false);
  });
});

test("conformance with PyTorch's own results", async () => {
  const { code, stdout } = await runCli(['conformance', join(import.meta.dirname, '../data/golden')]);
  expect(stdout).toBe('2460 of 2460 records match PyTorch bit for bit.\n');
  expect(code).toBe(0);
});

test('results that cannot be read are no conformance', async () => {
  writeFileSync(join(folder, 'expected.json'), '{');
  const { code, stderr } = await runCli(['conformance', folder]);
  expect(stderr).toContain('CONFORMANCE_UNREADABLE');
  expect(code).toBe(2);
});

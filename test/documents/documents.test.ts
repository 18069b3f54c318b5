import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import {
  Configuration,
  errorCatalogue,
  ExperimentFile,
  formsText,
  layerQuantities,
  listSettings,
  metricCatalogue
} from '../../src/contract/index.ts';
import { designOf } from '../../src/main/experiments/design.ts';
import { parseExperiment } from '../../src/main/experiments/experiment-text.ts';
import { readPresets } from '../../src/main/experiments/index.ts';
import { parseFilter } from '../../src/main/experiments/filter.ts';
import { createProgram } from '../../src/main/hosts/cli/program.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const documents = [
  'README.md',
  'ARCHITECTURE.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`)
];

test('the documents that are made from the code are current', { timeout: 60_000 }, () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'tools/docs.ts'), '--check'], {
    encoding: 'utf8'
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

describe('everything is documented', () => {
  test('every error', () => {
    const text = read('docs/errors.md');
    for (const code of Object.keys(errorCatalogue)) expect(text).toContain(`| \`${code}\` |`);
  });

  test('every metric', () => {
    const text = read('docs/metrics.md');
    for (const name of [...Object.keys(metricCatalogue), ...Object.keys(layerQuantities)])
      expect(text).toContain(`**\`${name}\`**`);
  });

  test('every preset, with its sources', () => {
    const text = read('docs/presets.md');
    const presets = readPresets(join(root, 'resources/presets'));
    expect(presets.length).toBeGreaterThan(4);
    for (const { name, sources } of presets) {
      expect(text).toContain(`## ${name}\n`);
      for (const source of sources) expect(text).toContain(source);
    }
  });

  test('every setting and every value that can be chosen', () => {
    const text = read('docs/experiment-file.md');
    const lines = text.split('\n');
    for (const [schema, least] of [
      [ExperimentFile, 10],
      [Configuration, 30]
    ] as const) {
      const settings = listSettings(schema);
      expect(settings.length).toBeGreaterThan(least);
      for (const { path, forms } of settings) {
        const line = lines.find((each) => each.startsWith(`- **\`${path}\`**`));
        expect(line, path).toContain(formsText(forms));
      }
    }
    const rounding = listSettings(Configuration).find(({ path }) => path === 'weights.rounding')!;
    expect(formsText(rounding.forms)).toBe('`nearest`, `adaround`, `gptq`');
  });

  test('a setting without a description is not let through', () => {
    const schema = z.strictObject({
      weights: z.strictObject({ bits: z.int().describe('Bits.'), odd: z.boolean() }).describe('Weights.')
    });
    expect(() => listSettings(schema)).toThrow('weights.odd has no description');
  });

  test('every command, argument and option', () => {
    const text = read('docs/command-line.md');
    const check = (command: Command, parents: readonly string[]) => {
      const words = [...parents, command.name()].join(' ');
      expect(text).toContain(words);
      for (const option of command.options) expect(text).toContain(`\`${option.flags}\``);
      for (const argument of command.registeredArguments) expect(text).toContain(`<${argument.name()}`);
      for (const inner of command.commands) check(inner, [...parents, command.name()]);
    };
    const program = createProgram(() => {
      throw new Error('no command runs');
    });
    check(program, []);
  });

  test('every script of package.json, but for those that only pack', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const text = documents.map(read).join('\n');
    for (const script of Object.keys(scripts))
      expect(text, script).toMatch(new RegExp(`npm (run )?${script}\\b`));
  });
});

/** What stands in code and in links, outside of code blocks. */
function mentions(text: string): { code: string[]; links: string[] } {
  const prose = text.replace(/^```[\s\S]*?^```/gm, '');
  return {
    code: [...prose.matchAll(/`([^`\n]+)`/g)].map((match) => match[1]!),
    links: [...prose.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map((match) => match[1]!)
  };
}

/** Folders at the top whose files are in the repository; what is made by commands is not. */
const kept = /^(src|test|tools|docs|migrations|resources|\.ci)\//;

describe('what documents name exists', () => {
  test.each(documents)('%s', (path) => {
    const { code, links } = mentions(read(path));
    for (const link of links.filter((each) => !/^[a-z]+:/.test(each)))
      expect(existsSync(join(root, dirname(path), link)), `${path} links to ${link}`).toBe(true);
    const paths = code.map((each) => each.split(/\s/).find((word) => kept.test(word)) ?? '');
    for (const named of paths.filter((each) => each !== '' && !/[<*…]/.test(each)))
      expect(existsSync(join(root, named)), `${path} names ${named}`).toBe(true);
  });

  test('scripts and commands', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const commands = createProgram(() => {
      throw new Error('no command runs');
    }).commands.flatMap((command) => [command.name(), ...command.aliases()]);
    for (const path of documents) {
      const text = read(path);
      for (const [, script] of text.matchAll(/npm run ([a-z][\w:]*)/g))
        expect(Object.keys(scripts), `${path} names npm run ${script}`).toContain(script);
      for (const [, command] of text.matchAll(/(?:npm run bitlab -- |`bitlab )([a-z]+)/g))
        expect(commands, `${path} names bitlab ${command}`).toContain(command);
    }
  });
});

describe('the examples of docs/experiment-file.md work', () => {
  const blocks = [...read('docs/experiment-file.md').matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].map(
    ([, language, text]) => ({ language: language!, text: text! })
  );
  const examples = blocks.filter(({ language }) => language === 'yaml').map(({ text }) => text);

  test('the whole file, as it comes with the program', () => {
    const whole = examples.filter((text) => text.startsWith('name:'));
    expect(whole).toHaveLength(1);
    expect(parseExperiment(whole[0]!).problem).toBe(null);
    expect(parse(whole[0]!)).toEqual(parse(read('resources/experiments/which-loss.yaml')));
  });

  test.each(examples.filter((text) => !text.startsWith('name:')))('the part %#', (text) => {
    const data = { evaluate: 'data', calibrate: 'data' };
    const file = ExperimentFile.parse({
      name: 'example',
      models: ['model'],
      data,
      ...(parse(text) as object)
    });
    expect([...designOf(file).points()].length).toBeGreaterThan(0);
  });

  test('the filters', () => {
    const filters = blocks
      .filter(({ language }) => language === '')
      .flatMap(({ text }) => text.trim().split('\n'));
    expect(filters).toHaveLength(3);
    for (const filter of filters) expect(parseFilter(filter)).not.toBe(null);
  });
});

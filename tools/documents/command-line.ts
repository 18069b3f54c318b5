import type { Argument, Command, Option } from 'commander';
import { createProgram } from '../../src/main/hosts/cli/program.ts';

/** docs/command-line.md: every command with its arguments and options, as the program itself knows them. */
export function commandLineDocument(): string {
  const program = createProgram(() => {
    throw new Error('No command runs here.');
  });
  return `# The command line

Made from \`src/main/hosts/cli\` by \`npm run docs\`. From the sources, \`bitlab\` is \`npm run bitlab --\`.

Results go to standard output; progress, notes and errors to standard error, so that results can be piped and redirected. With
\`--json\`, results and errors are one JSON document each. A notebook is open in one program at a time.

The exit code is 0 where all is done, 1 where something failed (also where a run of an experiment did, or a check found something),
2 for wrong usage: a misspelled option, a file that is not there, an experiment file that is not valid. [errors.md](errors.md) has
each error with its exit code.

Ctrl+C cancels an experiment and keeps its finished runs; \`bitlab experiment resume\` computes the others, also after the program or
the machine was stopped by force. So it is with sensitivities and \`bitlab sensitivity resume\`.

## Options of every command

${program.options.map(described).join('\n')}
${program.commands.map((command) => section(command, [program.name()])).join('\n')}`;
}

/** A command, or a group of commands. */
function section(command: Command, parents: readonly string[]): string {
  const words = [...parents, command.name()];
  const aliases = command.aliases().map((alias) => `\`${[...parents, alias].join(' ')}\``);
  const also = aliases.length === 0 ? '' : ` Also ${aliases.join(', ')}.`;
  if (command.commands.length > 0) {
    const inner = command.commands.map((each) => section(each, words));
    const level = parents.length > 1 ? '###' : '##';
    return `\n${level} ${words.join(' ')}\n\n${sentence(command.description())}${also}\n${inner.join('')}`;
  }
  const level = parents.length > 1 ? '###' : '##';
  const usage = [...words, ...command.registeredArguments.map(placeholder)].join(' ');
  const list = [...command.registeredArguments.map(describedArgument), ...command.options.map(described)];
  return `\n${level} \`${usage}\`\n\n${sentence(command.description())}${also}\n${list.length === 0 ? '' : `\n${list.join('\n')}\n`}`;
}

function placeholder(argument: Argument): string {
  const name = argument.name() + (argument.variadic ? '...' : '');
  return argument.required ? `<${name}>` : `[${name}]`;
}

function describedArgument(argument: Argument): string {
  return item(placeholder(argument), argument.description);
}

function described(option: Option): string {
  const { argChoices, defaultValue, mandatory } = option;
  const shown = typeof defaultValue === 'string' ? `otherwise \`${defaultValue}\`` : '';
  const choices = argChoices === undefined ? '' : argChoices.map((choice) => `\`${choice}\``).join(' or ');
  return item(
    option.flags,
    [option.description, choices, shown, mandatory ? 'required' : ''].filter((part) => part !== '').join('; ')
  );
}

const item = (name: string, text: string) => (text === '' ? `- \`${name}\`` : `- \`${name}\`: ${text}`);
const sentence = (text: string) => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

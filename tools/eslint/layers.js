import { dirname, relative, resolve, sep } from 'node:path';

/** The folder of `map` that a file lies in: the longest that matches, or null. */
function folderOf(file, map) {
  const matches = Object.keys(map).filter((folder) => file === folder || file.startsWith(`${folder}/`));
  return matches.sort((a, b) => b.length - a.length)[0] ?? null;
}

const inside = (file, folder) => file === folder || file.startsWith(`${folder}/`);

/** Objects to an import that the map of layers does not allow. Options: [{ root, layers }]. */
export const layersRule = {
  meta: {
    type: 'problem',
    schema: [{ type: 'object' }],
    messages: {
      layer: '{{from}} may not import {{to}}; layers.config.js lists what it may.',
      package: '{{from}} may not import the package {{name}}; layers.config.js lists what it may.'
    }
  },
  create(context) {
    const { root, layers } = context.options[0];
    const file = relative(root, context.filename).split(sep).join('/');
    const from = folderOf(file, layers);
    if (from === null) return {};
    const allowed = layers[from];
    const check = (node) => {
      const source = node.source?.value;
      if (typeof source !== 'string') return;
      if (source.startsWith('.')) {
        const target = relative(root, resolve(dirname(context.filename), source))
          .split(sep)
          .join('/');
        if (inside(target, from) && folderOf(target, layers) === from) return;
        if (allowed.imports.some((folder) => inside(target, folder))) return;
        context.report({ node, messageId: 'layer', data: { from, to: folderOf(target, layers) ?? target } });
        return;
      }
      const name = source.startsWith('node:')
        ? 'node:'
        : source
            .split('/')
            .slice(0, source.startsWith('@') ? 2 : 1)
            .join('/');
      if (!allowed.packages.includes(name))
        context.report({ node, messageId: 'package', data: { from, name: source } });
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check
    };
  }
};

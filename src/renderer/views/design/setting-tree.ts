import { formatSettingPath, type ListedSetting } from '../../../contract/index.ts';
import { settingName } from '../../figures/setting-names.ts';
import { settings } from './setting-catalogue.ts';

/** A group of settings, a setting, or both, as an optical link is. */
export interface TreeNode {
  /** Path of the setting or of the group. */
  readonly key: string;
  readonly label: string;
  /** null for a group that cannot be set as a whole. */
  readonly setting: ListedSetting | null;
  readonly children: readonly TreeNode[];
}

/** A node as it is shown: with its place among the others. */
export interface VisibleNode {
  readonly node: TreeNode;
  /** 1 for the outermost. */
  readonly level: number;
  readonly position: number;
  readonly siblings: number;
  readonly open: boolean;
  readonly parent: string | null;
}

const computation = 'computation';
const groupLabels: Readonly<Record<string, string>> = {
  [computation]: 'Computation',
  weights: 'Weights',
  activations: 'Activations',
  accumulator: 'Accumulator',
  accelerator: 'Accelerator',
  'accelerator.slicing': 'Slices',
  'accelerator.converters': 'Converters (DAC)',
  'accelerator.converters.activations': 'Of activations',
  'accelerator.converters.weights': 'Of weights',
  'accelerator.noise': 'Noise',
  'accelerator.adc': 'ADC',
  'accelerator.cost': 'Cost',
  layers: 'Single layers'
};

/** Those that are open at first. */
export const openAtFirst: readonly string[] = [computation];

/**
 * All settings as a tree, in the order of the contract.
 * @param layerNames of the models, each of which can have settings of its own
 */
export function settingTree(layerNames: readonly string[]): TreeNode[] {
  const single = settings.filter(({ path }) => !path.includes('.') && path !== 'accelerator');
  const roots = ['weights', 'activations', 'accumulator', 'accelerator'];
  return [
    group(computation, single.map(leaf)),
    ...roots.map((root) => branch(root, settings)),
    group('layers', [...['first', 'last', 'input'].map(layerGroup), ...layerNames.map(layerGroup)])
  ];
}

const leaf = (setting: ListedSetting): TreeNode => ({
  key: setting.path,
  label: settingName(setting.path),
  setting,
  children: []
});

const group = (key: string, children: readonly TreeNode[], label = groupLabels[key] ?? key): TreeNode => ({
  key,
  label,
  setting: null,
  children
});

/** A group with the settings below its path, and the groups among them. */
function branch(path: string, all: readonly ListedSetting[]): TreeNode {
  const inside = all.filter((setting) => setting.path.startsWith(`${path}.`));
  const names = [...new Set(inside.map((setting) => setting.path.slice(path.length + 1).split('.')[0]!))];
  const children = names.map((name) => {
    const key = `${path}.${name}`;
    const own = inside.find((setting) => setting.path === key);
    const isGroup = inside.some((setting) => setting.path.startsWith(`${key}.`));
    if (!isGroup) return leaf(own!);
    const inner = branch(key, inside);
    return own === undefined ? inner : { ...inner, label: settingName(key), setting: own };
  });
  return group(path, children);
}

/** What a layer can have for itself; what enters the network has no weights. */
function layerGroup(name: string): TreeNode {
  const own = settings
    .filter(
      ({ path }) => path.startsWith('activations.') || (name !== 'input' && path.startsWith('weights.'))
    )
    .map((setting): TreeNode => {
      const path = formatSettingPath(['layers', name, ...setting.path.split('.')]);
      return {
        key: path,
        label: settingName(setting.path),
        setting: { ...setting, path, conditions: [] },
        children: []
      };
    });
  const labels: Readonly<Record<string, string>> = {
    first: 'First layer',
    last: 'Last layer',
    input: 'Input of the network'
  };
  return group(formatSettingPath(['layers', name]), own, labels[name] ?? name);
}

/**
 * The part of a tree that a search finds: settings whose name, path or description has all words, and the groups that they are in. The
 * settings of single layers are those of all layers again, so they are found only by words that name the layer.
 */
export function found(nodes: readonly TreeNode[], search: string): TreeNode[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [...nodes];
  return kept(nodes, ({ key, label, setting }) => {
    if (setting === null) return false;
    const layer = /^layers.*(?=\.(weights|activations)\.\w+$)/.exec(key)?.[0].toLowerCase();
    if (layer !== undefined && !words.some((word) => layer.includes(word))) return false;
    const text = `${label} ${key} ${setting.description.replaceAll('`', '')}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The nodes that are wanted, and the groups that they are in. */
export function kept(nodes: readonly TreeNode[], isWanted: (node: TreeNode) => boolean): TreeNode[] {
  return nodes.flatMap((node) => {
    const children = kept(node.children, isWanted);
    return children.length > 0 || isWanted(node) ? [{ ...node, children }] : [];
  });
}

/** The nodes that can be seen, from top to bottom. */
export function visibleNodes(
  nodes: readonly TreeNode[],
  isOpen: (key: string) => boolean,
  level = 1,
  parent: string | null = null
): VisibleNode[] {
  return nodes.flatMap((node, index) => {
    const open = node.children.length > 0 && isOpen(node.key);
    const seen: VisibleNode = { node, level, position: index + 1, siblings: nodes.length, open, parent };
    return open ? [seen, ...visibleNodes(node.children, isOpen, level + 1, node.key)] : [seen];
  });
}

/** The groups above a setting, from the outermost. */
export function groupsAbove(nodes: readonly TreeNode[], key: string): string[] | null {
  for (const node of nodes) {
    if (node.key === key) return [];
    const inner = groupsAbove(node.children, key);
    if (inner !== null) return [node.key, ...inner];
  }
  return null;
}

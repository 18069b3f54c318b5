import {
  AcceleratorSettings,
  defaultConfiguration,
  resolvedLink,
  shownLevel,
  type Configuration,
  type Run
} from '../../../contract/index.ts';
import { levelText, settingName } from '../../figures/setting-names.ts';

/** One setting of a configuration. */
export interface ConfigurationRow {
  readonly path: string;
  readonly name: string;
  readonly value: string;
  /** What the setting is where nobody says otherwise; null where that is the value. */
  readonly otherwise: string | null;
}

/** The configuration with every default, hardware and link included where a configuration has them. */
export function defaultsFor({ accelerator }: Configuration): Configuration {
  if (accelerator === null) return defaultConfiguration;
  const { link } = accelerator;
  const usual = AcceleratorSettings.parse(link === null ? {} : { link: { organization: link.organization } });
  return {
    ...defaultConfiguration,
    accelerator: { ...usual, link: usual.link === null ? null : resolvedLink(usual.link) }
  };
}

/** Every setting of a run by its path, each beside its default where it differs; tables of measurements by their names. */
export function configurationRows(
  run: Pick<Run, 'configuration' | 'measurements'>,
  defaults: Configuration
): ConfigurationRow[] {
  const usual = new Map(leaves(defaults, ''));
  return leaves(run.configuration, '').map(([path, value]) => {
    const text = levelText(shownLevel(run, value));
    const otherwise = usual.has(path) ? levelText(usual.get(path)) : 'none';
    return { path, name: settingName(path), value: text, otherwise: otherwise === text ? null : otherwise };
  });
}

function leaves(value: unknown, path: string): [string, unknown][] {
  const nested = value !== null && typeof value === 'object' && !Array.isArray(value);
  if (!nested || Object.keys(value).length === 0) return [[path, value]];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, path === '' ? key : `${path}.${key}`));
}

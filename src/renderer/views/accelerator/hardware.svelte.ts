import type { AcceleratorChoice, ReachMode, ResolvedPreset } from '../../../contract/index.ts';
import { settingAt } from '../../figures/setting-at.ts';
import type { Notebook } from '../../state/notebook.svelte.ts';
import { withSetting } from '../design/with-setting.ts';

type Choice = Exclude<AcceleratorChoice, string>;
type Value = Choice[string];

/** The hardware that is being worked on, as an experiment file would have it: a preset and what differs from it. */
export class Hardware {
  #choice = $state.raw<Choice>({ preset: 'holylight-mam' });
  /** The precision that is asked for. */
  bits = $state<number | null>(4);
  mode = $state<ReachMode>('exact');
  /** Whether published points are drawn. */
  published = $state(false);
  model = $state('');
  weightBits = $state<number | null>(8);
  activationBits = $state<number | null>(8);

  get choice(): Choice {
    return this.#choice;
  }

  get preset(): string {
    return String(this.#choice['preset']);
  }

  /** Another preset begins anew; what was changed was changed on the old one. */
  set preset(name: string) {
    this.#choice = { preset: name };
  }

  get changed(): boolean {
    return Object.keys(this.#choice).length > 1;
  }

  /** The value of a setting: what was changed, or the preset's. */
  value(path: string, presets: readonly ResolvedPreset[]): unknown {
    const own = settingAt(this.#choice, path);
    if (own !== undefined) return own;
    const preset = presets.find(({ name }) => name === this.preset);
    return preset === undefined ? undefined : settingAt(preset.resolved, path);
  }

  /** Changes a setting; what the preset says itself needs no mention, nor does undefined. */
  set(path: string, value: Value | undefined, presets: readonly ResolvedPreset[]): void {
    const preset = presets.find(({ name }) => name === this.preset);
    const usual = preset === undefined ? undefined : settingAt(preset.resolved, path);
    this.#choice = withSetting(this.#choice, path, value === usual ? undefined : value);
  }
}

const known = new WeakMap<Notebook, Hardware>();

/** The hardware of a notebook's screen: the same each time it is opened. */
export function hardwareOf(notebook: Notebook): Hardware {
  const hardware = known.get(notebook) ?? new Hardware();
  known.set(notebook, hardware);
  return hardware;
}

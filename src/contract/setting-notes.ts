/** What a setting can be set to, where that is no list and no group. */
export type SettingWord = string | number | boolean | null;

/** A setting matters only where another one has one of these values. */
export interface SettingCondition {
  readonly path: string;
  readonly values: readonly SettingWord[];
}

/** What the schema of a setting says with `meta`, beside its type, default and description. */
export interface SettingNotes {
  /** Of its numbers: `nm`. */
  readonly unit?: string;
  /** What it is where a configuration leaves it out, for settings without a default. */
  readonly usual?: SettingWord;
  /** Of a group, it holds for all settings in it. */
  readonly only?: SettingCondition;
}

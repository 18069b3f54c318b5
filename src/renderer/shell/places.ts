import ChartLine from '@lucide/svelte/icons/chart-line';
import Box from '@lucide/svelte/icons/box';
import Cpu from '@lucide/svelte/icons/cpu';
import Gauge from '@lucide/svelte/icons/gauge';
import GitCompare from '@lucide/svelte/icons/git-compare';
import House from '@lucide/svelte/icons/house';
import Images from '@lucide/svelte/icons/images';
import ListChecks from '@lucide/svelte/icons/list-checks';
import Settings from '@lucide/svelte/icons/settings';
import SlidersHorizontal from '@lucide/svelte/icons/sliders-horizontal';
import type { Component } from 'svelte';
import type { Screen } from '../state/route.ts';

/** A screen as the rail shows it. */
export interface Place {
  readonly screen: Screen;
  readonly label: string;
  readonly icon: Component<{ size?: number }>;
  /** The key that leads there, after `g`. */
  readonly key: string;
  /** Screens that are reached from it, and belong to it in the rail. */
  readonly within?: readonly Screen[];
}

export const places: readonly Place[] = [
  { screen: 'overview', label: 'Overview', icon: House, key: 'o' },
  { screen: 'models', label: 'Models', icon: Box, key: 'm' },
  { screen: 'data', label: 'Data', icon: Images, key: 'd', within: ['measurements'] },
  { screen: 'design', label: 'Design', icon: SlidersHorizontal, key: 'n' },
  { screen: 'sensitivity', label: 'Sensitivity', icon: Gauge, key: 'b' },
  { screen: 'experiments', label: 'Experiments', icon: ChartLine, key: 'e' },
  { screen: 'runs', label: 'Runs', icon: ListChecks, key: 'r' },
  { screen: 'compare', label: 'Compare', icon: GitCompare, key: 'c' },
  { screen: 'accelerator', label: 'Accelerator', icon: Cpu, key: 'a' },
  { screen: 'settings', label: 'Settings', icon: Settings, key: 's' }
];

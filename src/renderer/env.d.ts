/// <reference types="svelte" />
/// <reference types="vite/client" />
import type { Bridge } from './client/bridge.ts';

declare global {
  interface Window {
    /** Set by the desktop's preload script; absent in a browser. */
    readonly bitlab?: Bridge;
  }
}

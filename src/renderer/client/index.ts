import { BridgeClient } from './bridge-client.ts';
import type { Client } from './client.ts';
import { HttpClient } from './http-client.ts';

export { asBitlabError } from './answer.ts';
export type { ZoomStep } from './bridge.ts';
export type { ChosenFile, Client } from './client.ts';
export { datasetSource } from './dataset-source.ts';

/** The client for where this page runs: the desktop window, or a browser on the loopback host. */
export function createClient(): Client {
  return window.bitlab === undefined ? new HttpClient() : new BridgeClient(window.bitlab);
}

import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { BitlabError } from '../../contract/index.ts';

const mediaTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm'
};

export interface InterfaceFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  /** Whether the name holds a hash of the contents, so that a browser may keep the file for ever. */
  readonly immutable: boolean;
}

/**
 * The built interface. Only the files that are in the folder when it is opened can be asked for, by their exact address,
 * so no address can lead out of it.
 */
export class InterfaceFiles {
  readonly #paths = new Map<string, string>();

  /** @throws BitlabError INTERFACE_MISSING */
  constructor(folder: string) {
    for (const path of listed(folder))
      this.#paths.set(`/${relative(folder, path).split(sep).join('/')}`, path);
    if (!this.#paths.has('/index.html')) throw new BitlabError('INTERFACE_MISSING', { folder });
  }

  /** The file of an address such as `/` or `/assets/index-1a2b.js`, or null. */
  async read(address: string): Promise<InterfaceFile | null> {
    const path = this.#paths.get(address === '/' ? '/index.html' : address);
    if (path === undefined) return null;
    return {
      bytes: new Uint8Array(await readFile(path)),
      mediaType: mediaTypes[extname(path)] ?? 'application/octet-stream',
      immutable: address.startsWith('/assets/')
    };
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

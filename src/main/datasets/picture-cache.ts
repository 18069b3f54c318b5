import { appendFile, mkdir, open, readdir, rm, stat, utimes, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** Bytes of an entry of an index: the sample, and the CRC-32 of its picture. */
const entryBytes = 8;

/** Decoded and preprocessed pictures of one data set with one preprocessing, all of the same size. */
export interface CachedPictures {
  /** The picture of a sample, or null where it is not there. */
  get(sample: number): Promise<Uint8Array | null>;
  /** Keeps a picture, unless the limit is reached. */
  put(sample: number, picture: Uint8Array): Promise<void>;
}

/**
 * Pictures on disk that would have to be decoded again. Each data set with each preprocessing has two files: the pictures one
 * after another in the order in which they came, and an index of which they are. What was added last may be torn where the
 * process died; the checksum tells. When the limit is reached, the data sets that were opened longest ago are thrown away; one
 * that does not fit by itself is kept in part, since throwing its own pictures away would leave nothing at the next pass.
 */
export class PictureCache {
  readonly #folder: string;
  readonly #limitBytes: number;
  readonly #open = new Map<string, Promise<Store>>();

  constructor(folder: string, limitBytes: number) {
    this.#folder = folder;
    this.#limitBytes = limitBytes;
  }

  /** @param key a file name that tells data and preprocessing apart @param pictureBytes of each picture */
  open(key: string, pictureBytes: number): Promise<CachedPictures> {
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const opened = this.#opened(key, pictureBytes);
    this.#open.set(key, opened);
    return opened;
  }

  async #opened(key: string, pictureBytes: number): Promise<Store> {
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, key);
    const index = await open(`${path}.index`, 'a+');
    const entries = await index.readFile().finally(() => index.close());
    const size = await stat(`${path}.pictures`).then(
      (found) => found.size,
      () => 0
    );
    const now = new Date();
    await utimes(`${path}.index`, now, now);
    return new Store(path, pictureBytes, entries, size, (bytes) => this.#makeRoom(key, bytes));
  }

  /** Whether so many more bytes are within the limit, after others were thrown away where that helps. */
  async #makeRoom(key: string, bytes: number): Promise<boolean> {
    const found = await this.#sizes();
    let total = found.reduce((sum, each) => sum + each.bytes, 0);
    for (const each of found) {
      if (total + bytes <= this.#limitBytes) break;
      if (each.key === key) continue;
      await this.#open.get(each.key)?.then((store) => store.empty());
      await rm(join(this.#folder, `${each.key}.index`), { force: true });
      await rm(join(this.#folder, `${each.key}.pictures`), { force: true });
      total -= each.bytes;
    }
    return total + bytes <= this.#limitBytes;
  }

  /** Every data set in the folder, the one opened longest ago first. */
  async #sizes(): Promise<{ key: string; bytes: number; usedAt: number }[]> {
    const names = await readdir(this.#folder);
    const keys = names
      .filter((name) => name.endsWith('.index'))
      .map((name) => name.slice(0, -'.index'.length));
    const sizes = await Promise.all(
      keys.map(async (key) => {
        const index = await stat(join(this.#folder, `${key}.index`));
        const bytes = await stat(join(this.#folder, `${key}.pictures`)).then(
          (found) => found.size,
          () => 0
        );
        return { key, bytes: bytes + index.size, usedAt: index.mtimeMs };
      })
    );
    return sizes.sort((a, b) => a.usedAt - b.usedAt || (a.key < b.key ? -1 : 1));
  }
}

class Store implements CachedPictures {
  readonly #path: string;
  readonly #pictureBytes: number;
  /** Sample -> which picture of the file it is, and its checksum. */
  readonly #places = new Map<number, { readonly place: number; readonly checksum: number }>();
  readonly #makeRoom: (bytes: number) => Promise<boolean>;
  #count: number;
  /** Bytes that may be added before the limit is looked at again. */
  #room = 0;
  #full = false;
  #adding: Promise<void> = Promise.resolve();

  constructor(
    path: string,
    pictureBytes: number,
    entries: Buffer,
    size: number,
    makeRoom: (bytes: number) => Promise<boolean>
  ) {
    this.#path = path;
    this.#pictureBytes = pictureBytes;
    this.#makeRoom = makeRoom;
    this.#count = Math.min(Math.floor(entries.length / entryBytes), Math.floor(size / pictureBytes));
    for (let place = 0; place < this.#count; place++) {
      const at = place * entryBytes;
      this.#places.set(entries.readUInt32LE(at), { place, checksum: entries.readUInt32LE(at + 4) });
    }
    // A process that died between both writes left one file longer than the other: start anew rather than be off by one.
    if (entries.length !== this.#count * entryBytes || size !== this.#count * pictureBytes) {
      this.#places.clear();
      this.#count = -1;
    }
  }

  async get(sample: number): Promise<Uint8Array | null> {
    const found = this.#places.get(sample);
    if (found === undefined) return null;
    const picture = new Uint8Array(this.#pictureBytes);
    const file = await open(`${this.#path}.pictures`, 'r').catch(() => null);
    if (file === null) return this.#forget(sample);
    try {
      const whole = await fills(file, picture, found.place * this.#pictureBytes);
      return whole && crc32(picture) === found.checksum ? picture : this.#forget(sample);
    } finally {
      await file.close();
    }
  }

  /** One after another: the files say by their order what they hold. A disk that is full costs time, not the run. */
  put(sample: number, picture: Uint8Array): Promise<void> {
    this.#adding = this.#adding.then(() => this.#add(sample, picture)).catch(() => void (this.#full = true));
    return this.#adding;
  }

  async #add(sample: number, picture: Uint8Array): Promise<void> {
    if (this.#full || this.#places.has(sample)) return;
    if (this.#count < 0) {
      await rm(`${this.#path}.index`, { force: true });
      await rm(`${this.#path}.pictures`, { force: true });
      this.#count = 0;
    }
    if (this.#room < picture.length) {
      const portion = Math.max(picture.length, Math.min(16 * 2 ** 20, 64 * picture.length));
      if (!(await this.#makeRoom(portion))) {
        this.#full = true;
        return;
      }
      this.#room = portion;
    }
    this.#room -= picture.length + entryBytes;
    const checksum = crc32(picture);
    const entry = Buffer.alloc(entryBytes);
    entry.writeUInt32LE(sample, 0);
    entry.writeUInt32LE(checksum, 4);
    await appendFile(`${this.#path}.pictures`, picture);
    await appendFile(`${this.#path}.index`, entry);
    this.#places.set(sample, { place: this.#count++, checksum });
  }

  /** Its files are thrown away. */
  empty(): void {
    this.#places.clear();
    this.#count = 0;
    this.#room = 0;
    this.#full = false;
  }

  #forget(sample: number): null {
    this.#places.delete(sample);
    return null;
  }
}

async function fills(file: FileHandle, target: Uint8Array, offset: number): Promise<boolean> {
  const { bytesRead } = await file.read(target, 0, target.length, offset);
  return bytesRead === target.length;
}

import { open, stat, type FileHandle } from 'node:fs/promises';
import type { ReadImage } from 'levitate';
import { markOf } from '../rollout/pins.js';
import { CacheFault } from './cache-fault.js';
import type { Wanted } from './keep-image.js';
import { entryFiles, storedAbout } from './stored.js';

/** Has another process keep an image in the cache. @throws what that process fails with, with its `code` and `exit` */
export type Keeper = (wanted: Wanted) => Promise<void>;

/** An image that was read, for as long as somebody uses it. */
export interface UsedImage extends AsyncDisposable {
  /** What `deploy` takes. */
  read: ReadImage;
}

interface Known {
  read: ReadImage;
  mark: string;
}

/**
 * Images that were read once for all devices of this process, in a folder that other processes may share. Another process reads them,
 * so that this one goes on serving its devices meanwhile.
 */
export class ImageCache {
  readonly #known = new Map<string, Promise<Known>>();

  constructor(
    private readonly where: Pick<Wanted, 'folder' | 'limit'>,
    private readonly keep: Keeper,
  ) {}

  /**
   * Gives an image that was read. Its bytes stay until it is let go of, whoever makes room meanwhile.
   * @param image as `deploy` takes it
   * @param sha256 of its file
   * @throws CacheFault; what reading it fails with
   */
  async use(image: string, sha256: string): Promise<UsedImage> {
    const { read, file } = await this.#opened(image, sha256);
    return {
      read: { ...read, unpacked: `/proc/${process.pid}/fd/${file.fd}` },
      [Symbol.asyncDispose]: () => file.close(),
    };
  }

  async #opened(image: string, sha256: string): Promise<{ read: ReadImage; file: FileHandle }> {
    const known = await this.#keptOnce(image, sha256);
    const found = await openedAs(known);
    if (found) return found;
    // Another process has made room, or somebody has changed it.
    this.#known.delete(`${image} ${sha256}`);
    const again = await openedAs(await this.#keptOnce(image, sha256));
    if (again) return again;
    throw new CacheFault(
      `others take ${image} out of ${this.where.folder} at once: raise --image-cache`,
    );
  }

  #keptOnce(image: string, sha256: string): Promise<Known> {
    const key = `${image} ${sha256}`;
    const known = this.#known.get(key) ?? this.#kept(image, sha256);
    this.#known.set(key, known);
    known.catch(() => this.#known.delete(key));
    return known;
  }

  async #kept(image: string, sha256: string): Promise<Known> {
    await this.keep({ ...this.where, image, sha256 });
    const read = await storedAbout(entryFiles(this.where.folder, image, sha256));
    if (!read) throw new CacheFault(`the cache in ${this.where.folder} does not keep ${image}`);
    return { read, mark: markOf(await stat(read.unpacked)) };
  }
}

/** Opens the bytes of an image, where they are those that were checked. */
async function openedAs({ read, mark }: Known) {
  const file = await open(read.unpacked).catch(() => undefined);
  if (!file) return undefined;
  if (markOf(await file.stat()) === mark) return { read, file };
  await file.close();
  return undefined;
}

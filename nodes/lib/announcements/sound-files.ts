import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Sounds on the disk, by name, the least recently used first. What fails is told and counts as not there. */
export interface SoundFiles {
  get(name: string): Promise<Buffer | undefined>;
  put(name: string, bytes: Buffer): Promise<void>;
  /** Counts as used now. */
  touch(name: string): void;
  has(name: string): boolean;
  names(): Iterable<string>;
  /** @returns when what is on the disk is known */
  ready(): Promise<void>;
}

/** What sound files need. */
export interface SoundFilesOptions {
  /** Empty where there is no place for them. */
  readonly folder: string;
  readonly mostBytes: number;
  /** Whether a sound is in use and must stay. */
  readonly isHeld: (name: string) => boolean;
  readonly onProblem: (error: unknown) => void;
}

const NAME = /^[\da-f]{64}\.wav$/;
/** So often a file's time is set anew at the most. */
const TOUCH_MS = 60_000;

/** Keeps sounds in files of mode 0600; when they are too many, the least recently used go. */
export function createSoundFiles(options: SoundFilesOptions): SoundFiles {
  return new Files(options);
}

class Files implements SoundFiles {
  readonly #options: SoundFilesOptions;
  /** In the order in which they were used last. */
  readonly #sizes = new Map<string, number>();
  readonly #touchedAt = new Map<string, number>();
  #bytes = 0;
  #loaded: Promise<void> | undefined;

  constructor(options: SoundFilesOptions) {
    this.#options = options;
  }

  ready(): Promise<void> {
    return (this.#loaded ??= this.#load());
  }

  has(name: string): boolean {
    return this.#sizes.has(name);
  }

  names(): Iterable<string> {
    return this.#sizes.keys();
  }

  async get(name: string): Promise<Buffer | undefined> {
    await this.ready();
    if (!this.has(name)) return undefined;
    try {
      const bytes = await readFile(this.#path(name));
      this.touch(name);
      return bytes;
    } catch (error) {
      this.#forget(name);
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#options.onProblem(error);
      return undefined;
    }
  }

  touch(name: string): void {
    const size = this.#sizes.get(name);
    if (size === undefined) return;
    this.#sizes.delete(name);
    this.#sizes.set(name, size);
    const now = Date.now();
    if (now - (this.#touchedAt.get(name) ?? 0) < TOUCH_MS) return;
    this.#touchedAt.set(name, now);
    utimes(this.#path(name), now / 1000, now / 1000).catch(() => undefined); // the order is lost with a restart
  }

  async put(name: string, bytes: Buffer): Promise<void> {
    await this.ready();
    if (this.#options.folder === '' || this.has(name)) return;
    const temporary = `${this.#path(name)}.${randomBytes(6).toString('hex')}.tmp`;
    try {
      await writeFile(temporary, bytes, { mode: 0o600, flag: 'wx' });
      await rename(temporary, this.#path(name));
      this.#remember(name, bytes.length);
      await this.#makeRoom();
    } catch (error) {
      this.#options.onProblem(error);
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  async #load(): Promise<void> {
    const { folder } = this.#options;
    if (folder === '') return;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await chmod(folder, 0o700);
      const found = await Promise.all(
        (await readdir(folder)).map((file) => this.#look(join(folder, file), file)),
      );
      const kept = found.filter((file) => file !== undefined).sort((one, other) => one.usedAt - other.usedAt);
      for (const { name, size } of kept) this.#remember(name, size);
      await this.#makeRoom();
    } catch (error) {
      this.#options.onProblem(error);
    }
  }

  /** What a crash has left half written is deleted, after a while: another process may be writing it. */
  async #look(
    path: string,
    file: string,
  ): Promise<{ name: string; size: number; usedAt: number } | undefined> {
    const { size, mtimeMs } = await stat(path);
    if (NAME.test(file)) return { name: file.slice(0, -'.wav'.length), size, usedAt: mtimeMs };
    if (file.endsWith('.tmp') && Date.now() - mtimeMs > TOUCH_MS) await rm(path, { force: true });
    return undefined;
  }

  async #makeRoom(): Promise<void> {
    const { mostBytes, isHeld } = this.#options;
    for (const name of [...this.#sizes.keys()]) {
      if (this.#bytes <= mostBytes) return;
      if (isHeld(name)) continue;
      this.#forget(name);
      await rm(this.#path(name), { force: true });
    }
  }

  #remember(name: string, size: number): void {
    this.#forget(name);
    this.#sizes.set(name, size);
    this.#bytes += size;
  }

  #forget(name: string): void {
    this.#bytes -= this.#sizes.get(name) ?? 0;
    this.#sizes.delete(name);
    this.#touchedAt.delete(name);
  }

  #path(name: string): string {
    return join(this.#options.folder, `${name}.wav`);
  }
}

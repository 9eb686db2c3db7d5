import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Name and version of this package, as every request tells sipgate. */
export interface PackageInfo {
  readonly name: string;
  readonly version: string;
}

let info: PackageInfo | undefined;

/** Reads the nearest package.json above this file: one level up from the source, two from what was built. */
export function packageInfo(): PackageInfo {
  info ??= read(__dirname);
  return info;
}

function read(directory: string): PackageInfo {
  const file = join(directory, 'package.json');
  if (existsSync(file)) {
    const { name, version } = JSON.parse(readFileSync(file, 'utf8')) as Partial<PackageInfo>;
    if (name && version) return { name, version };
  }
  const parent = dirname(directory);
  return parent === directory ? { name: 'node-red-sipgate-io', version: 'unknown' } : read(parent);
}

/** @returns the headers by which sipgate sees which package asks */
export function packageHeaders(): Record<string, string> {
  const { name, version } = packageInfo();
  const agent = `${name.replace(/^@[^/]*\//, '')}/${version}`;
  return { 'X-Sipgate-Client': name, 'X-Sipgate-Version': version, 'User-Agent': agent };
}

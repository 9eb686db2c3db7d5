import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { requireCountry } from '../network/script/countries';
import { createKeyPair, keyPairOf, type KeyPair } from '../network/webhook/signing';
import { Simulator } from '../simulator';
import { orUsageError, UsageError, type CommonValues } from './arguments';

/** Starts a simulator with the options that all commands have. @param port 0: any. Throws UsageError */
export async function startSimulator(values: CommonValues, port: number): Promise<Simulator> {
  const { webhook, country, 'key-file': keyFile } = values;
  if (!/^https?:\/\/./.test(webhook) || !URL.canParse(webhook)) {
    throw new UsageError(`--webhook takes an absolute URL, not "${webhook}"`);
  }
  orUsageError(() => requireCountry(country));
  const keyPair = keyFile === undefined ? undefined : await readKeyFile(keyFile);
  const platform = values.neo ? 'neo' : 'classic';
  return await Simulator.start({ port, webhookUrl: webhook, country, keyPair, platform });
}

async function readKeyFile(file: string): Promise<KeyPair> {
  if (!existsSync(file)) {
    const keys = await createKeyPair();
    await usable(file, writeFile(file, keys.privateKey, { mode: 0o600, flag: 'wx' }));
    return keys;
  }
  const text = await usable(file, readFile(file, 'utf8'));
  try {
    return keyPairOf(text);
  } catch {
    throw new UsageError(`${file} holds no private RSA key in PEM`);
  }
}

async function usable<T>(file: string, access: Promise<T>): Promise<T> {
  try {
    return await access;
  } catch (error) {
    throw new UsageError(`the key file ${file} cannot be used: ${(error as Error).message}`);
  }
}

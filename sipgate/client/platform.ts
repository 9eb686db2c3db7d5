import { unlessAborted } from '../abort';
import { isCancelled, isNotOnNeo, SipgateError } from '../errors';
import { isRecord, parseJson } from '../json';

/** sipgate's two platforms: accounts made since September 2025 are on neo, older ones move there step by step. */
export type Platform = 'classic' | 'neo';

/** Finds out which platform an account is on, once. */
export interface PlatformLookup {
  /** Asks sipgate where the login does not tell. Where the answer tells nothing, `classic` is taken for granted. */
  find(signal?: AbortSignal): Promise<Platform>;
  /** What the login tells, or what `find` has found. */
  known(): Promise<Platform | undefined>;
}

interface PlatformSources {
  /** @returns the value of the header `Authorization` */
  readonly header: () => Promise<string>;
  /** Lists the phone lines, which only classic has. Nobody's signal may end it, for all who want to know share it. */
  readonly listPhonelines: () => Promise<unknown>;
}

export function createPlatformLookup({ header, listPhonelines }: PlatformSources): PlatformLookup {
  let platform: Platform | undefined;
  let asking: Promise<Platform> | undefined;

  async function ask(): Promise<Platform> {
    try {
      await listPhonelines();
      platform = 'classic';
    } catch (error) {
      if (isCancelled(error)) throw error;
      if (isNotOnNeo(error)) platform = 'neo';
      // a scope is missing, or somebody else's server: it will be the same next time
      else if (error instanceof SipgateError && ['FORBIDDEN', 'NOT_FOUND'].includes(error.code))
        platform = 'classic';
    }
    return platform ?? 'classic';
  }

  async function known(): Promise<Platform | undefined> {
    return platform ?? claimedPlatform(await header());
  }

  return {
    known,
    async find(signal) {
      const found = await unlessAborted(known(), signal);
      if (found !== undefined) return found;
      asking ??= ask().finally(() => (asking = undefined));
      return unlessAborted(asking, signal);
    },
  };
}

/**
 * The claim `featureScope` of an OAuth token: `NEO_PBX` or `CLASSIC_PBX` (sipgate's help centre); `CLASSIC` was seen by
 * third parties as well. A personal access token holds no claims.
 */
function claimedPlatform(header: string): Platform | undefined {
  const claims = parseJson(Buffer.from(header.split('.')[1] ?? '', 'base64url').toString('utf8'));
  const scope = isRecord(claims) ? claims.featureScope : undefined;
  if (scope === 'NEO_PBX') return 'neo';
  return scope === 'CLASSIC_PBX' || scope === 'CLASSIC' ? 'classic' : undefined;
}

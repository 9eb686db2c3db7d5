import type { NodeAPI } from 'node-red';
import { createClient, DEFAULT_API_URL, type Credentials, type SipgateClient } from '../../../sipgate/index';
import {
  clientOptions,
  findAccount,
  readAccountConfig,
  readCredentials,
  type AccountConfig,
  type AccountCredentials,
  type AccountNode,
  type AuthType,
} from './account';
import { savedChoice, type Saved } from '../node-config';

/** Who a dialog asks with, or why there is nobody. */
export type DialogAccount =
  | { readonly client: SipgateClient; release(): void }
  | { readonly status: number; readonly reason: 'notDeployed' | 'deployFirst' };

/** Node-RED never gives a password back to the editor: this is what stands in the field of a stored one. */
const STORED = '__PWRD__';

/** The parts of each login: what a dialog shows, and what it hides. */
const OPEN_PART = { token: 'tokenId', basic: 'username', oauth: 'clientId' } as const;
const HIDDEN_PARTS = {
  token: ['token'],
  basic: ['password'],
  oauth: ['accessToken', 'refreshToken', 'clientSecret'],
} as const;

/**
 * The account that a dialog asks with: with the values in its fields, also before the first deploy; a hidden field
 * that nobody changed stands for what is stored. What is stored only ever goes where the deployed account sends it:
 * otherwise whoever may look at flows could have it sent to a server of their own.
 *
 * OAuth logins are never renewed with values from a dialog, as that uses up the refresh token: a deployed account
 * asks with its own client, and a new one only with its access token.
 * @param id of the account, deployed or not
 * @param body what stands in the fields of the dialog; all of it may be absent
 * @throws SipgateError `INVALID_INPUT`
 */
export function accountFor(RED: NodeAPI, id: string, body: Saved): DialogAccount {
  const deployed = deployedAccount(RED, id);
  const authType = body['authType'] ? savedChoice(body, 'authType', AUTH_TYPES) : deployed?.account.authType;
  const typed = typedTexts(body);
  const sameConnection = deployed !== undefined && isSameConnection(deployed.account, body);
  const stored: AccountCredentials = sameConnection ? deployed.credentials : {};
  if (HIDDEN_PARTS[authType ?? 'token'].some((name) => typed[name])) {
    return withTypedLogin(
      RED,
      authType ?? 'token',
      { ...stored, ...typed },
      typed,
      connection(deployed, body),
    );
  }
  if (!deployed || !authType) return { status: 404, reason: 'notDeployed' };
  if (!sameConnection) return { status: 403, reason: 'deployFirst' };
  const openPart = typed[OPEN_PART[authType]];
  const isSameLogin =
    authType === deployed.account.authType &&
    (openPart === undefined || openPart === String(deployed.credentials[OPEN_PART[authType]] ?? '').trim());
  // as after an import; the renewed login of an OAuth client is in its file
  if (isSameLogin && authType !== 'oauth' && !HIDDEN_PARTS[authType].some((name) => stored[name]))
    return { status: 404, reason: 'notDeployed' };
  if (isSameLogin) return { client: deployed.client(), release: () => {} };
  if (authType === 'oauth') return { status: 403, reason: 'deployFirst' };
  return passing(RED, deployed.account, readCredentials(authType, { ...stored, ...typed }));
}

const AUTH_TYPES: readonly [AuthType, ...AuthType[]] = ['token', 'oauth', 'basic'];

function withTypedLogin(
  RED: NodeAPI,
  authType: AuthType,
  login: AccountCredentials,
  typed: AccountCredentials,
  config: AccountConfig,
): DialogAccount {
  if (authType !== 'oauth') return passing(RED, config, readCredentials(authType, login));
  if (!typed.accessToken) return { status: 403, reason: 'deployFirst' };
  return passing(RED, config, { type: 'oauth', accessToken: typed.accessToken });
}

/** A client for one question. */
function passing(RED: NodeAPI, config: AccountConfig, credentials: Credentials): DialogAccount {
  const client = createClient(clientOptions(RED, config, credentials));
  return { client, release: () => void client.close() };
}

type Deployed = Pick<AccountNode, 'client'> & { account: AccountConfig; credentials: AccountCredentials };

function deployedAccount(RED: NodeAPI, id: string): Deployed | undefined {
  const node = findAccount(RED, id);
  if (!node?.account) return undefined;
  return {
    account: node.account,
    credentials: node.credentials ?? {},
    client: () => node.client(),
  };
}

/**
 * What somebody has typed. A reference to an environment variable counts as what is deployed: its value may be a
 * secret, so it is not looked up for whoever asks.
 */
function typedTexts(body: Saved): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(body)) {
    if (typeof value !== 'string' || value.trim() === '' || value === STORED || isReference(value)) continue;
    texts[name] = name === 'password' ? value : value.trim();
  }
  return texts;
}

function isReference(value: unknown): boolean {
  return typeof value === 'string' && /^\$(\{[^}]+\}|\([^)]+\))$/.test(value.trim());
}

const CONNECTION = ['apiUrl', 'oauthUrl', 'proxy'] as const;

function isSameConnection(account: AccountConfig, body: Saved): boolean {
  const wanted = readAccountConfig(fieldsOf(body));
  return CONNECTION.every(
    (name) => isOpen(body[name]) || withoutSlash(wanted[name]) === withoutSlash(account[name]),
  );
}

/** Where the typed login goes: as the fields say, else as the deployed account has it. */
function connection(deployed: Deployed | undefined, body: Saved): AccountConfig {
  const wanted = readAccountConfig(fieldsOf(body));
  if (!deployed) return wanted;
  const open = CONNECTION.filter((name) => isOpen(body[name]));
  return { ...wanted, ...Object.fromEntries(open.map((name) => [name, deployed.account[name]])) };
}

/** Only fields that decide where to ask; the rest of a half-filled dialog must not keep its lists from filling. */
function fieldsOf({ apiUrl, oauthUrl, proxy }: Saved): Saved {
  return { apiUrl, oauthUrl, proxy: proxy === '_ADD_' ? '' : proxy };
}

function isOpen(value: unknown): boolean {
  return value === undefined || value === null || isReference(value);
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

/**
 * @returns whether the fields name a server that is neither sipgate's, nor the deployed account's, nor on this machine:
 *   having Node-RED send requests to any server is more than looking at flows
 */
export function asksStranger(RED: NodeAPI, id: string, { apiUrl }: Saved): boolean {
  if (isOpen(apiUrl) || apiUrl === '') return false;
  const url = String(apiUrl).trim();
  const known = [DEFAULT_API_URL, deployedAccount(RED, id)?.account.apiUrl ?? DEFAULT_API_URL];
  if (known.map(withoutSlash).includes(withoutSlash(url))) return false;
  return !(URL.canParse(url) && /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(new URL(url).hostname));
}

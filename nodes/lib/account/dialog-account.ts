import type { NodeAPI } from 'node-red';
import {
  createClient,
  describe,
  invalidInput,
  withoutTrailingSlashes,
  type Credentials,
  type SipgateClient,
} from '../../../sipgate/index';
import { savedChoice, variableIn, type Saved } from '../node-config';
import {
  clientOptions,
  readAccountConfig,
  readCredentials,
  type AccountConfig,
  type AccountCredentials,
  type AccountNode,
  type AuthType,
} from './account';
import { findAccount } from './running-accounts';

/** Who a dialog asks with, or why there is nobody. */
export type DialogAccount =
  | { readonly client: SipgateClient; release(): void }
  | { readonly status: number; readonly reason: 'notDeployed' | 'deployFirst' };

const NOTHING_STORED: DialogAccount = { status: 404, reason: 'notDeployed' };
const DEPLOY_FIRST: DialogAccount = { status: 403, reason: 'deployFirst' };

/** Node-RED never gives a password back to the editor: this is what stands in the field of a stored one. */
const STORED = '__PWRD__';

const AUTH_TYPES: readonly [AuthType, ...AuthType[]] = ['token', 'oauth', 'basic'];

/** The parts of each login: what a dialog shows, and what it hides. */
const OPEN_PART = { token: 'tokenId', basic: 'username', oauth: 'clientId' } as const;
const HIDDEN_PARTS = {
  token: ['token'],
  basic: ['password'],
  oauth: ['accessToken', 'refreshToken', 'clientSecret'],
} as const;
const LOGIN_PARTS = [...Object.values(OPEN_PART), ...Object.values(HIDDEN_PARTS).flat()];

/** Characters; an access token has some 2,000. */
const LONGEST_FIELD = 10_000;

/** What decides where a request goes. */
const SERVER_FIELDS = ['apiUrl', 'oauthUrl', 'proxy'] as const;

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
  const question = readQuestion(RED, id, body);
  const { authType, typed, deployed } = question;
  switch (caseOf(question)) {
    case 'typedLogin':
      return withTypedLogin(RED, question);
    case 'sameLogin':
      return deployed ? { client: deployed.client(), release: () => {} } : NOTHING_STORED;
    case 'otherLogin':
      if (!deployed || authType === 'oauth') return DEPLOY_FIRST;
      return forOneQuestion(
        RED,
        deployed.config,
        readCredentials(authType, { ...deployed.credentials, ...typed }),
      );
    case 'otherServer':
      return DEPLOY_FIRST;
    case 'nothingStored':
      return NOTHING_STORED;
  }
}

/**
 * @returns whether it takes the permission to change flows: having Node-RED send requests anywhere but where the
 *   deployed account sends them, and read what comes back, is more than looking at flows
 * @throws SipgateError `INVALID_INPUT`
 */
export function asksElsewhere(RED: NodeAPI, id: string, body: Saved): boolean {
  const question = readQuestion(RED, id, body);
  return caseOf(question) === 'typedLogin' && !question.isSameServer;
}

/**
 * - `typedLogin`: a secret was typed in. It goes where the fields say.
 * - `sameLogin`: the login is the deployed one, and so is the server.
 * - `otherLogin`: the server is the deployed one, but the stored secret would go there with another user or kind of login.
 * - `otherServer`: the stored secret would go to another server, or by another way.
 * - `nothingStored`: there is no secret to ask with.
 */
type DialogCase = 'typedLogin' | 'sameLogin' | 'otherLogin' | 'otherServer' | 'nothingStored';

/** What a dialog asks with. */
interface Question {
  readonly authType: AuthType;
  /** What was typed into the fields of the login. */
  readonly typed: AccountCredentials;
  /** Where the fields say to ask. */
  readonly config: AccountConfig;
  readonly deployed: Deployed | undefined;
  readonly isSameServer: boolean;
}

interface Deployed extends Pick<AccountNode, 'client'> {
  readonly config: AccountConfig;
  readonly credentials: AccountCredentials;
}

function caseOf({ authType, typed, deployed, isSameServer }: Question): DialogCase {
  if (HIDDEN_PARTS[authType].some((name) => typed[name])) return 'typedLogin';
  if (!deployed) return 'nothingStored';
  if (!isSameServer) return 'otherServer';
  const { config, credentials } = deployed;
  const openPart = typed[OPEN_PART[authType]];
  const isSameUser =
    openPart === undefined || openPart === String(credentials[OPEN_PART[authType]] ?? '').trim();
  if (authType !== config.authType || !isSameUser) return 'otherLogin';
  // there may be none, as after an import; the renewed login of an OAuth client is in its file
  const isStored = authType === 'oauth' || HIDDEN_PARTS[authType].some((name) => credentials[name]);
  return isStored ? 'sameLogin' : 'nothingStored';
}

function readQuestion(RED: NodeAPI, id: string, body: Saved): Question {
  checkFields(body);
  const deployed = deployedAccount(RED, id);
  const authType = body['authType'] ? savedChoice(body, 'authType', AUTH_TYPES) : deployed?.config.authType;
  const config = configOf(deployed, body);
  return {
    authType: authType ?? 'token',
    typed: typedLogin(body),
    config,
    deployed,
    isSameServer: deployed !== undefined && isSameServer(deployed.config, config),
  };
}

/** A dialog sends texts; who sends something else is no dialog. */
function checkFields(body: Saved): void {
  for (const name of ['authType', ...SERVER_FIELDS, ...LOGIN_PARTS]) {
    const value = body[name];
    if (value === undefined || value === null || value === '') continue;
    if (typeof value !== 'string')
      throw invalidInput(name, `must be a text, got ${describe(value)}`, 'Correct it in the dialog.');
    if (value.length > LONGEST_FIELD)
      throw invalidInput(name, `must have at most ${LONGEST_FIELD} characters`, 'Correct it in the dialog.');
  }
}

function withTypedLogin(
  RED: NodeAPI,
  { authType, typed, config, deployed, isSameServer }: Question,
): DialogAccount {
  if (authType === 'oauth') {
    const { accessToken } = typed;
    return accessToken ? forOneQuestion(RED, config, { type: 'oauth', accessToken }) : DEPLOY_FIRST;
  }
  const stored = isSameServer ? deployed?.credentials : undefined;
  return forOneQuestion(RED, config, readCredentials(authType, { ...stored, ...typed }));
}

function forOneQuestion(RED: NodeAPI, config: AccountConfig, credentials: Credentials): DialogAccount {
  const client = createClient(clientOptions(RED, config, credentials));
  return { client, release: () => void client.close() };
}

function deployedAccount(RED: NodeAPI, id: string): Deployed | undefined {
  const node = findAccount(RED, id);
  if (!node?.account) return undefined;
  return { config: node.account, credentials: node.credentials ?? {}, client: () => node.client() };
}

/**
 * What somebody has typed. A reference to an environment variable counts as what is deployed: its value may be a
 * secret, so it is not looked up for whoever asks.
 */
function typedLogin(body: Saved): AccountCredentials {
  const typed: AccountCredentials = {};
  for (const name of LOGIN_PARTS) {
    const value = body[name];
    if (typeof value !== 'string' || value.trim() === '' || value === STORED) continue;
    if (variableIn(value) !== undefined) continue;
    typed[name] = name === 'password' ? value : value.trim();
  }
  return typed;
}

function isSameServer(deployed: AccountConfig, asked: AccountConfig): boolean {
  return SERVER_FIELDS.every((name) => isSameAddress(asked[name], deployed[name]));
}

/**
 * Where to ask: as the fields say, else as the deployed account has it. The other fields of a half-filled dialog must
 * not keep its lists from filling.
 */
function configOf(deployed: Deployed | undefined, body: Saved): AccountConfig {
  const open = SERVER_FIELDS.filter((name) => isOpen(body[name]));
  const { apiUrl, oauthUrl, proxy }: Saved = {
    ...body,
    ...Object.fromEntries(open.map((name) => [name, ''])),
  };
  const asked = readAccountConfig({ apiUrl, oauthUrl, proxy: proxy === '_ADD_' ? '' : proxy });
  if (!deployed) return asked;
  return { ...asked, ...Object.fromEntries(open.map((name) => [name, deployed.config[name]])) };
}

function isOpen(value: unknown): boolean {
  return (
    value === undefined || value === null || (typeof value === 'string' && variableIn(value) !== undefined)
  );
}

function isSameAddress(one: string, other: string): boolean {
  return withoutTrailingSlashes(one) === withoutTrailingSlashes(other);
}

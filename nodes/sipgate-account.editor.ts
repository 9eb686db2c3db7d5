const DEFAULT_API_URL = 'https://api.sipgate.com/v2';
const DEFAULT_OAUTH_URL = 'https://login.sipgate.com/auth/realms/sipgate-apps';
const LONGEST_TIMEOUT_MS = 10 * 60_000;
const HIGHEST_LIMIT = 1_000_000;
/** Whether these are right depends on the kind of login. */
const LOGIN_FIELDS = ['tokenId', 'token', 'refreshToken', 'clientId', 'username', 'password', 'oauthUrl'];

RED.nodes.registerType('sipgate-account', {
  category: 'config',
  color: '#8fb8b1',
  defaults: {
    name: { value: '' },
    authType: { value: 'token' },
    apiUrl: {
      value: DEFAULT_API_URL,
      validate: function (value, _options) {
        return sipgateEditor.check.httpUrl(value || DEFAULT_API_URL, this._('sipgate-account.label.apiUrl'));
      },
    },
    country: {
      value: 'DE',
      validate: function (value, _options) {
        return sipgateEditor.check.country(value, this._('sipgate-account.label.country'));
      },
    },
    timeout: {
      value: 10000,
      validate: function (value, _options) {
        const label = this._('sipgate-account.label.timeout');
        return sipgateEditor.check.wholeNumber(value, label, 1, LONGEST_TIMEOUT_MS);
      },
    },
    maxPerMinute: {
      value: 20,
      validate: function (value, _options) {
        return checkLimit(value, this._('sipgate-account.label.maxPerMinute'));
      },
    },
    maxPerDay: {
      value: '',
      validate: function (value, _options) {
        return checkLimit(value, this._('sipgate-account.label.maxPerDay'));
      },
    },
    allowedPrefixes: {
      value: '',
      validate: function (value, _options) {
        return sipgateEditor.check.prefixes(value, this._('sipgate-account.label.allowedPrefixes'));
      },
    },
    proxy: { value: '', type: 'http proxy', required: false },
    oauthUrl: {
      value: DEFAULT_OAUTH_URL,
      validate: function (value, _options) {
        if (loginOf(this) !== 'oauth') return true;
        const label = this._('sipgate-account.label.oauthUrl');
        return sipgateEditor.check.httpUrl(value || DEFAULT_OAUTH_URL, label);
      },
    },
  },
  // validators of credentials are asked in the open dialog only: elsewhere the editor does not know them
  credentials: {
    tokenId: {
      type: 'text',
      validate: function (value, _options) {
        return neededFor('token', this, 'tokenId', value);
      },
    },
    token: {
      type: 'password',
      validate: function (value, _options) {
        return neededFor('token', this, 'token', value);
      },
    },
    accessToken: { type: 'password' },
    refreshToken: {
      type: 'password',
      validate: function (value, _options) {
        return sipgateEditor.field(this, 'accessToken').val()
          ? true
          : neededFor('oauth', this, 'refreshToken', value);
      },
    },
    clientId: {
      type: 'text',
      validate: function (value, _options) {
        return sipgateEditor.field(this, 'refreshToken').val()
          ? neededFor('oauth', this, 'clientId', value)
          : true;
      },
    },
    clientSecret: { type: 'password' },
    username: {
      type: 'text',
      validate: function (value, _options) {
        return neededFor('basic', this, 'username', value);
      },
    },
    password: {
      type: 'password',
      validate: function (value, _options) {
        return neededFor('basic', this, 'password', value);
      },
    },
  },
  paletteLabel: function () {
    return this._('sipgate-account.label.palette');
  },
  label: function () {
    return String(this.name || this._('sipgate-account.label.palette'));
  },
  labelStyle: function () {
    return this.name ? 'node_label_italic' : '';
  },
  oneditprepare: function () {
    const input = (property: string) => sipgateEditor.field(this, property);
    sipgateEditor.open(this);
    // 20 is what new accounts propose; one that was saved before there were limits has none
    if (this.maxPerMinute === undefined) input('maxPerMinute').val('');
    $('#sipgate-account-advanced').prop('open', isUnusual(this));
    $('#sipgate-account-test').on('click', () => void testConnection(this));
    input('authType').on('change', () => showLogin(this));
    input('tokenId')
      .add(input('refreshToken'))
      .add(input('accessToken'))
      .on('input change', () => showHints(this));
    input('refreshToken')
      .add(input('accessToken'))
      .on('input', () => sipgateEditor.revalidate(this, ['refreshToken', 'clientId']));
    sipgateEditor.showCountry(input('country'), $('#sipgate-account-country'));
    showLogin(this);
  },
});

function checkLimit(value: unknown, label: string): Verdict {
  return sipgateEditor.check.wholeNumber(value, label, 0, HIGHEST_LIMIT);
}

function loginOf(node: EditorNode): string {
  return String(sipgateEditor.current(node, 'authType'));
}

function neededFor(login: string, node: EditorNode, property: string, value: unknown): Verdict {
  if (value || loginOf(node) !== login) return true;
  return sipgateEditor.check.wrong(node._(`sipgate-account.label.${property}`), 'missing');
}

/** Whoever changed one of the advanced fields sees it at once. */
function isUnusual(node: EditorNode): boolean {
  return ['apiUrl', 'oauthUrl', 'timeout', 'proxy'].some((property) => {
    const value = node[property];
    return Boolean(value) && String(value) !== String(node._def.defaults[property]?.value);
  });
}

function showLogin(node: EditorNode): void {
  const authType = loginOf(node);
  sipgateEditor.showRows('login', authType);
  $('#sipgate-account-about').text(node._(`sipgate-account.about.${authType}`));
  $('#sipgate-account-result').empty();
  sipgateEditor.revalidate(node, LOGIN_FIELDS);
  showHints(node);
}

function showHints(node: EditorNode): void {
  const typed = (property: string) => String(sipgateEditor.field(node, property).val() ?? '').trim();
  const tokenId = typed('tokenId');
  const isOdd =
    loginOf(node) === 'token' && tokenId !== '' && !/^(token-[A-Za-z0-9]{6}$|\$[{(])/.test(tokenId);
  const isShort = loginOf(node) === 'oauth' && typed('refreshToken') === '' && typed('accessToken') !== '';
  const keys = [...(isOdd ? ['odd-token'] : []), ...(isShort ? ['short-login'] : [])];
  const hints = keys.map((key) => sipgateEditor.advice(node._(`sipgate-account.hint.${key}`)));
  sipgateEditor.showHints($('#sipgate-account-hints'), hints);
}

/** What the test of the connection found, as nodes/lib/account/connection-test.ts answers. */
interface Found {
  readonly user: { readonly userId: string; readonly masterSipId: string };
  readonly platform: string;
  readonly checks: readonly Probe[];
}

interface Probe {
  readonly feature: string;
  readonly scope: string;
  readonly ok: boolean;
  readonly message?: string;
}

async function testConnection(node: EditorNode): Promise<void> {
  const { ask, inDialog, reasonOf } = sipgateEditor.account;
  const button = $('#sipgate-account-test').prop('disabled', true);
  const result = $('#sipgate-account-result').text(node._('sipgate-account.test.running'));
  const answer = await ask(node.id, 'test', inDialog(node));
  button.prop('disabled', false);
  const shown = answer.body['ok']
    ? goodNews(node, answer.body as unknown as Found)
    : [$('<div class="sipgate-bad">').text(reasonOf(answer, node.id))];
  result.empty().append(shown);
}

function goodNews(node: EditorNode, { user, platform, checks }: Found): JQuery[] {
  const t = (key: string, values?: TextValues) => node._(`sipgate-account.test.${key}`, values);
  const nameOf = ({ feature }: Probe) => sipgateEditor.text(`resource.${feature}`);
  const readable = checks
    .filter(({ ok }) => ok)
    .map(nameOf)
    .join(', ');
  const failed = checks
    .filter(({ ok }) => !ok)
    .map((probe) =>
      $('<li>').append(
        $('<span class="sipgate-bad">').text(t('failed', { name: nameOf(probe), scope: probe.scope })),
        ' ',
        $('<span class="sipgate-aside">').text(probe.message ?? ''),
      ),
    );
  return [
    $('<div class="sipgate-good">').text(t('good', { user: user.userId, account: user.masterSipId })),
    $('<div>').text(platform === 'neo' ? t('neo') : ''),
    $('<div>').text(readable ? t('readable', { names: readable }) : ''),
    $('<ul>').append(failed),
    $('<div class="sipgate-aside">').text(t('write')),
  ];
}

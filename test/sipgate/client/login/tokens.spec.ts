import should from 'should';
import {
  firstTokens,
  parseStored,
  tokensIn,
  toStore,
  typedTokens,
  type Tokens,
} from '../../../../sipgate/client/login/tokens';

/** A token as Keycloak makes them. */
const jwt = (expiresAt: number) =>
  `head.${Buffer.from(JSON.stringify({ exp: expiresAt / 1000 })).toString('base64url')}.sig`;

const NOW = 1_800_000_000_000;
const TYPED = { accessToken: jwt(NOW), refreshToken: 'typed-refresh' };
const RENEWED: Tokens = {
  accessToken: 'renewed-access',
  refreshToken: 'renewed-refresh',
  expiresAt: NOW + 300_000,
  renewAt: NOW + 240_000,
  generation: 7,
};
const STORED = toStore(TYPED, RENEWED);

describe('The tokens to begin with', () => {
  it('are those that were typed in, without blanks around them, as long as nothing is stored', () => {
    const pasted = { accessToken: ` ${TYPED.accessToken}\n`, refreshToken: ' typed-refresh ' };
    firstTokens(pasted, undefined).should.eql({
      ...TYPED,
      expiresAt: NOW,
      renewAt: NOW - 60_000,
      generation: 0,
    });
  });

  it('are the stored ones, if they came from what was typed in', () => {
    firstTokens(TYPED, STORED).should.eql(RENEWED);
    const opaque = { ...TYPED, accessToken: 'does not tell how long it lives' };
    firstTokens(opaque, toStore(opaque, RENEWED)).should.eql(RENEWED);
  });

  it('are the typed-in ones, if the stored ones came from others', () => {
    const others = { accessToken: 'other', refreshToken: 'other' };
    firstTokens(others, STORED).should.eql(typedTokens(others));
  });

  it('are the stored ones, if only their refresh token was typed in', () => {
    firstTokens({ refreshToken: 'typed-refresh' }, STORED).should.eql(RENEWED);
  });

  it('are the stored ones also beside an older access token', () => {
    const older = { ...TYPED, accessToken: jwt(RENEWED.expiresAt) };
    firstTokens(older, STORED).should.eql(RENEWED);
  });

  it('are a newer access token and the stored refresh token, and then the stored ones are the later ones', () => {
    const expiresAt = RENEWED.expiresAt + 1000;
    const newer = { ...TYPED, accessToken: jwt(expiresAt) };
    firstTokens(newer, STORED).should.eql({
      accessToken: newer.accessToken,
      refreshToken: 'renewed-refresh',
      expiresAt,
      renewAt: expiresAt - 60_000,
      generation: 6,
    });
    const { accessToken, refreshToken, generation } = firstTokens(
      { ...TYPED, accessToken: 'opaque' },
      STORED,
    );
    [accessToken, refreshToken, generation].should.eql(['opaque', 'renewed-refresh', 6]);
  });

  it('are stored ones of an older version, known by both tokens, as renewed once', () => {
    const { login: _login, generation: _generation, ...older } = STORED;
    firstTokens(TYPED, older).should.eql({ ...RENEWED, generation: 1 });
    firstTokens({ refreshToken: 'typed-refresh' }, older).generation.should.equal(0);
  });
});

describe('What a file holds', () => {
  it('is read as it was written', () => {
    parseStored(JSON.stringify({ ...STORED, owner: 'flows.json' }))!.should.eql({
      ...STORED,
      owner: 'flows.json',
    });
  });

  for (const name of ['fingerprint', 'accessToken', 'refreshToken', 'expiresAt', 'renewAt'])
    it(`is nothing when its ${name} is missing or of another kind`, () => {
      should(parseStored(JSON.stringify({ ...STORED, [name]: undefined }))).be.undefined();
      should(parseStored(JSON.stringify({ ...STORED, [name]: true }))).be.undefined();
    });

  it('is nothing when a crash has cut it off', () => {
    for (const text of ['', '{"finger', '[]', 'null', '"x"']) should(parseStored(text)).be.undefined();
  });

  it('is known without what an older version did not write, or wrote otherwise', () => {
    const { login, generation, ...older } = STORED;
    parseStored(JSON.stringify(older))!.should.eql(older);
    const odd = { ...older, login: 5, generation: String(generation), owner: [login] };
    parseStored(JSON.stringify(odd))!.should.eql(older);
  });
});

describe('The answer of the login server', () => {
  const read = (json: unknown) => tokensIn(JSON.stringify(json), RENEWED, NOW);

  it('holds the next pair, which is renewed a minute before its end', () => {
    read({ access_token: 'a', refresh_token: 'r', expires_in: 300 })!.should.eql({
      accessToken: 'a',
      refreshToken: 'r',
      expiresAt: NOW + 300_000,
      renewAt: NOW + 240_000,
      generation: 8,
    });
  });

  it('may have tokens that live so short that half of it must do', () => {
    read({ access_token: 'a', expires_in: 60 })!.should.containEql({
      expiresAt: NOW + 60_000,
      renewAt: NOW + 30_000,
    });
  });

  it('may leave out how long the token lives, which then tells itself', () => {
    read({ access_token: jwt(NOW + 100_000) })!.should.containEql({
      expiresAt: NOW + 100_000,
      renewAt: NOW + 40_000,
    });
    read({ access_token: 'opaque' })!.expiresAt.should.equal(Number.MAX_SAFE_INTEGER);
  });

  it('may leave out a refresh token: the one that was sent stays', () => {
    read({ access_token: 'a', expires_in: 300 })!.refreshToken.should.equal('renewed-refresh');
    read({ access_token: 'a', refresh_token: '' })!.refreshToken.should.equal('renewed-refresh');
    read({ access_token: 'a', refresh_token: 5 })!.refreshToken.should.equal('renewed-refresh');
  });

  it('is none without an access token', () => {
    for (const json of [{}, { access_token: '' }, { access_token: 5 }, [], null])
      should(read(json)).be.undefined();
    should(tokensIn('<html>', RENEWED, NOW)).be.undefined();
  });
});

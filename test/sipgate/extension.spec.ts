import should from 'should';
import { accountOfSipId, isExtension, isExtensionFor, isSipId } from '../../sipgate/extension';

describe('extensions', () => {
  for (const text of ['e0', 'p3', 'w12', 'f1', 'z7', 'E0']) {
    it(`know ${text}`, () => isExtension(text).should.be.true());
  }
  for (const text of ['', 'e', '0', 'e01', 'ee1', '1234567e0', 'anonymous', 'e0 ']) {
    it(`do not take ${JSON.stringify(text)} for one`, () => isExtension(text).should.be.false());
  }

  it('have their account in front in a SIP id', () => {
    isSipId('1234567e0').should.be.true();
    isSipId('e0').should.be.false();
    should(accountOfSipId('1234567w0')).equal('1234567');
    should(accountOfSipId('w0')).be.undefined();
  });

  it('of a kind that is not known yet may be used anywhere', () => {
    isExtensionFor('q4', 'pgw').should.be.true();
    isExtensionFor('p4', 'pgw').should.be.true();
    isExtensionFor('f4', 'pgw').should.be.false();
  });
});

import { localTime } from '../../../nodes/lib/local-time';

describe('The local time of a moment', () => {
  const zone = process.env['TZ'];
  afterEach(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });

  for (const [name, iso, local] of [
    ['Europe/Berlin', '2026-01-31T07:00:00.000Z', '2026-01-31 08:00'],
    ['Europe/Berlin', '2026-07-31T22:30:00.000Z', '2026-08-01 00:30'],
    ['America/St_Johns', '2026-01-31T02:00:00.000Z', '2026-01-30 22:30'],
    ['UTC', '2026-01-31T07:00:59.000Z', '2026-01-31 07:00'],
  ] as const) {
    it(`in ${name} is ${local} for ${iso}`, () => {
      process.env['TZ'] = name;
      localTime(iso).should.equal(local);
    });
  }
});

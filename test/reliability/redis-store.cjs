// A Node-RED context store in Redis, as small as it can be: one key for each value, JSON.
const { createClient } = require('@redis/client');

class RedisStore {
  constructor({ url, writeDelayMs = 0 }) {
    this.writeDelayMs = writeDelayMs;
    this.client = createClient({ url });
    this.client.on('error', () => undefined); // each call hears of its own
  }

  open() {
    return this.client.connect();
  }

  close() {
    return this.client.close();
  }

  get(scope, key, callback) {
    const read = async (name) =>
      JSON.parse((await this.client.get(`${scope}:${name}`)) ?? 'null') ?? undefined;
    Promise.all([key].flat().map(read)).then((values) => callback(null, ...values), callback);
  }

  set(scope, key, value, callback) {
    const write = async (name, index) => {
      await new Promise((resolve) => setTimeout(resolve, this.writeDelayMs));
      const one = Array.isArray(key) ? value[index] : value;
      const place = `${scope}:${name}`;
      return one === undefined ? this.client.del(place) : this.client.set(place, JSON.stringify(one));
    };
    Promise.all([key].flat().map(write)).then(() => callback?.(null), callback);
  }

  keys(scope, callback) {
    const prefix = `${scope}:`;
    this.client.keys(`${prefix}*`).then(
      (names) =>
        callback(
          null,
          names.map((name) => name.slice(prefix.length)),
        ),
      callback,
    );
  }

  delete() {
    return Promise.resolve();
  }

  clean() {
    return Promise.resolve();
  }
}

module.exports = (config) => new RedisStore(config);
